"""The version table: which rule changed when, and by which pull request.

Upstream: the pull requests in the ``source`` column
"""

from typing import Any

import attrs

OLDEST_MINOR = 16
NEWEST_MINOR = 36


@attrs.frozen
class Change:
    """One rule that became another.

    Attributes:
        since: Minor and patch of the first release that has it.
        field: The rule, a field of ``Profile``.
        value: What it is from then on.
        source: Pull request or issue; with *inferred* where the minor is.
        meaning: What a user sees of it.
    """

    since: tuple[int, int]
    field: str
    value: Any
    source: str
    meaning: str


CHANGES: tuple[Change, ...] = (
    Change(
        (18, 0),
        "relist_replaces",
        True,
        "#86015",
        "objects that a relist finds changed reach handlers without resync",
    ),
    Change(
        (18, 0),
        "reflector_backoff",
        True,
        "#87829",
        "failed lists are retried after 0.8 s, doubling to 30 s, with jitter",
    ),
    Change(
        (19, 0),
        "recovers_from_too_large_version",
        True,
        "#92537, #94316; 1.18 or 1.19, minor inferred",
        "a server that lost its newest writes does not keep a reflector waiting",
    ),
    Change(
        (20, 0),
        "absent_owner_key",
        "coordinates",
        "#92743",
        "the absent-owner cache knows owners by coordinates and namespace",
    ),
    Change(
        (20, 0),
        "verifies_owner_coordinates",
        True,
        "#92743 (#65200)",
        "owner references that lie about name, kind or namespace are found out",
    ),
    Change(
        (20, 0),
        "deduplicates_owner_references",
        True,
        "#96185",
        "exact duplicate owner references are removed, with a warning",
    ),
    Change(
        (20, 3),
        "verifies_namespaceless_virtual_owner",
        True,
        "#98068 (#98040)",
        "a namespaced child of a namespace-less virtual owner is checked",
    ),
    Change(
        (21, 0),
        "reflector_warns_on_list",
        True,
        "absent in 1.20.2, present in 1.26; minor inferred",
        "a failed list prints a W line before the E line",
    ),
    Change(
        (22, 0),
        "stateful_set_updates",
        "minReadySeconds",
        "#100842",
        "a StatefulSet's minReadySeconds can be changed",
    ),
    Change(
        (23, 0),
        "stateful_set_updates",
        "persistentVolumeClaimRetentionPolicy",
        "#99728",
        "a StatefulSet's claim retention policy can be changed",
    ),
    Change(
        (23, 0),
        "sync_error_metric",
        True,
        "file header of 2021; minor inferred",
        "garbagecollector_controller_resources_sync_error_total exists",
    ),
    Change(
        (23, 0),
        "job_pod_finalizers",
        True,
        "#98238, on by default in 1.23",
        "Pods of Jobs carry the job-tracking finalizer",
    ),
    Change(
        (23, 0),
        "collector_qps_factor",
        2,
        "#104966, merged for 1.23; 1 in 1.20.2 (recorded)",
        "the collector's client may send twice the controller manager's QPS",
    ),
    Change(
        (25, 0),
        "ignores_new_events",
        True,
        "#110888 (#108318); minor inferred from its date",
        "events.k8s.io events are not monitored",
    ),
    Change(
        (25, 0),
        "priority_value_path",
        "value",
        "#111398; minor inferred from its date",
        "errors call a PriorityClass's value by its name",
    ),
    Change(
        (26, 0),
        "stateful_set_updates",
        "ordinals",
        "#112744",
        "a StatefulSet's ordinals can be changed",
    ),
    Change(
        (26, 0),
        "controller_conflict_names_kind",
        True,
        "#112223 (#112271); names only in 1.20.2 (recorded), minor inferred",
        "the error about two controllers names their kinds",
    ),
    Change(
        (27, 0),
        "claim_retention",
        True,
        "#99728, on by default in 1.27",
        "StatefulSets heed persistentVolumeClaimRetentionPolicy",
    ),
    Change(
        (27, 0),
        "log_style",
        "structured",
        "#113471",
        "log lines are structured and contextual",
    ),
    Change(
        (27, 0),
        "discovery_failure_style",
        "internal-error",
        "#113471, seen in #124628",
        "the failed groups print as an internal error of the logger",
    ),
    Change(
        (27, 0),
        "mapping_errors_visible",
        True,
        "#113471",
        "failed REST mappings are logged whatever the verbosity",
    ),
    Change(
        (27, 0),
        "aggregated_discovery",
        True,
        "KEP-3352, beta and on by default in 1.27",
        "discovery is two requests, and a failed group is a stale one",
    ),
    Change(
        (28, 0),
        "partial_discovery_keeps_synced",
        True,
        "#117992",
        "synced monitors of a group whose discovery fails are kept",
    ),
    Change(
        (28, 0),
        "shared_reflector_backoff",
        True,
        "#118132",
        "a watch that cannot be opened lengthens the wait before the next list",
    ),
    Change(
        (28, 0),
        "patch_removes_directives",
        True,
        "#117568 (#117470); minor inferred",
        "cutting an owner from an object without any is no longer refused",
    ),
    Change(
        (30, 0),
        "generate_name_attempts",
        8,
        "KEP-4420",
        "the server tries eight generated names before it gives up",
    ),
    Change(
        (31, 0),
        "discovery_failure_style",
        "readable",
        "#123152 (#124628); minor inferred",
        "the failed groups are readable again",
    ),
    Change(
        (31, 0),
        "log_style",
        "unhandled",
        "seen in 1.31.5",
        'errors print as "Unhandled Error" err="…"',
    ),
    Change(
        (31, 0),
        "unready_watch_cache",
        "429",
        "ResilientWatchCacheInitialization",
        "a cache that cannot load answers 429 at once",
    ),
    Change(
        (32, 0),
        "sync_pauses_workers",
        False,
        "#125796 (#101078)",
        "a monitor that never syncs no longer stops the collector",
    ),
    Change(
        (32, 0),
        "watch_list_client",
        True,
        "#128053",
        "the controller manager's informers start with a watch",
    ),
    Change(
        (32, 0),
        "too_long_text",
        "may not be more than",
        "apiserver 0.32",
        "the wording of Too long",
    ),
    Change(
        (33, 0),
        "in_order_informers",
        True,
        "#129568",
        "informers deliver in arrival order",
    ),
    Change(
        (33, 0),
        "shortened_grace_stays_in_future",
        True,
        "apiserver 0.33",
        "a shortened grace period never ends in the past",
    ),
    Change(
        (33, 0),
        "explains_stored_versions",
        True,
        "#128746",
        "a version that a definition has stored, and drops, is explained",
    ),
    Change(
        (33, 0),
        "pod_generation",
        True,
        "KEP-5067",
        "Pods have generation 1 and more",
    ),
    Change(
        (33, 0),
        "stateful_set_updates",
        "revisionHistoryLimit",
        "#129017; not yet in 1.31.4 (#130263), minor inferred",
        "a StatefulSet's revisionHistoryLimit can be changed",
    ),
    Change(
        (33, 0),
        "availability_from_endpoint_slices",
        True,
        "kube-aggregator 0.33",
        "APIService availability reads EndpointSlices",
    ),
    Change(
        (33, 0),
        "reflector_warns_on_list",
        False,
        "newest client-go; minor inferred",
        "a failed list prints one structured E line",
    ),
    Change(
        (34, 0),
        "delete_carries_resource_version",
        True,
        "#132632 (#114603)",
        "a delete decided on stale data ends in a conflict",
    ),
    Change(
        (34, 0),
        "owner_reference_errors",
        "indexed",
        "apimachinery 0.34",
        "owner reference errors name the index, and check apiVersion",
    ),
    Change(
        (34, 0),
        "composite_values_as_json",
        True,
        "apimachinery 0.34; minor inferred",
        "field errors print composite values as JSON",
    ),
    Change(
        (36, 0),
        "not_found_on_delete_is_virtual_delete",
        True,
        "#136817 (#136525)",
        "a delete that meets NotFound is settled at once, without an error",
    ),
    Change(
        (36, 0),
        "atomic_fifo",
        True,
        "#135462, #136008",
        "a relist updates the whole cache before handlers run",
    ),
)
"""In order of release. A rule that changes twice has two rows."""
