"""A Kubernetes version as a frozen value of named behaviours.

No other module compares versions: each asks its profile for one named rule. So a
user can flip a single rule and keep the rest, to ask what that one change did.

Upstream: the pull requests named in :mod:`gcmodel.versions.changes`
"""

import re
from typing import Any, Literal, get_args, get_type_hints

import attrs

from gcmodel.errors import UsageError, shown
from gcmodel.versions.changes import CHANGES, NEWEST_MINOR, OLDEST_MINOR

_VERSION = re.compile(
    r"1\.(?P<minor>0|[1-9][0-9]{0,3})(\.(?P<patch>0|[1-9][0-9]{0,5}))?"
)


@attrs.frozen(kw_only=True)
class Profile:
    """The behaviours of one version. Defaults are those of the oldest, 1.16.

    Attributes:
        version: As asked for, such as ``1.31`` or ``1.20.2``.
        sync_pauses_workers: A resync holds every worker until all monitors have
            synced, however long that takes (STRICT); otherwise it waits once,
            bounded, and the workers go on (TOLERANT).
        absent_owner_key: What the absent-owner cache knows an owner by.
        verifies_owner_coordinates: Owner references are compared in name, kind and
            namespace too, not in UID alone.
        verifies_namespaceless_virtual_owner: A namespaced dependent of a virtual
            owner without namespace is queued for a check.
        partial_discovery_keeps_synced: When discovery of a group fails, its monitors
            that have synced are kept.
        delete_carries_resource_version: The collector's DELETE has a
            resourceVersion precondition besides the UID.
        not_found_on_delete_is_virtual_delete: A DELETE answered with NotFound is
            reported to the graph instead of being retried.
        ignores_new_events: ``events`` in ``events.k8s.io`` are not monitored.
        collector_qps_factor: The collector's client may send this many times the
            controller manager's QPS.
        sync_error_metric: The resync error counter exists.
        mapping_errors_visible: A failed REST mapping is logged whatever the
            verbosity.
        refreshes_node_identity: A node takes over the apiVersion and kind under
            which it was seen last (in no release).
        removes_handler_with_monitor: A dropped monitor stops listening (in no
            release).
        reflector_backoff: The reflector backs off exponentially, 800 ms to 30 s;
            otherwise it waits about a second each time.
        shared_reflector_backoff: Failing watches and failing lists share one back-off;
            otherwise each has its own.
        recovers_from_too_large_version: A reflector whose resource version the server
            has not reached asks for the newest state instead.
        reflector_warns_on_list: A failed list gives a warning line before the error.
        relist_replaces: Objects that a relist finds changed reach every handler.
        in_order_informers: One queue in arrival order, in place of one per key.
        atomic_fifo: A relist updates the whole cache before any handler runs.
        watch_list_client: The first state arrives as a watch.
        aggregated_discovery: Discovery is two requests for everything.
        log_style: ``printf`` lines, ``structured`` lines, or structured lines whose
            unhandled errors are wrapped as well.
        discovery_failure_style: How the failed groups are printed.
        deduplicates_owner_references: Exact duplicates are removed, with a warning.
        owner_reference_errors: Whether errors name the index of the reference.
        controller_conflict_names_kind: Two controllers are named with their kinds.
        patch_removes_directives: A strategic merge obeys the directives inside a
            value that the object lacks, in place of storing them.
        generate_name_attempts: How often the server tries a generated name.
        too_long_text: The wording of the annotation size error.
        shortened_grace_stays_in_future: A shortened grace never puts the deletion
            time into the past.
        explains_stored_versions: The refusal to drop a version that a definition has
            stored says what to do first.
        pod_generation: Pods have a generation.
        unready_watch_cache: What a list or watch meets while its cache cannot load.
        job_pod_finalizers: Pods of Jobs carry ``batch.kubernetes.io/job-tracking``.
        availability_from_endpoint_slices: APIService availability reads slices.
        composite_values_as_json: Field errors print lists and objects as JSON.
        stateful_set_updates: The newest field of a StatefulSet's specification that
            may be changed after it was created.
        priority_value_path: How an error calls a PriorityClass's value.
        claim_retention: StatefulSets heed ``persistentVolumeClaimRetentionPolicy``.
    """

    version: str = "1.16"
    sync_pauses_workers: bool = True
    absent_owner_key: Literal["uid", "coordinates"] = "uid"
    verifies_owner_coordinates: bool = False
    verifies_namespaceless_virtual_owner: bool = False
    partial_discovery_keeps_synced: bool = False
    delete_carries_resource_version: bool = False
    not_found_on_delete_is_virtual_delete: bool = False
    ignores_new_events: bool = False
    collector_qps_factor: int = 1
    sync_error_metric: bool = False
    mapping_errors_visible: bool = False
    refreshes_node_identity: bool = False
    removes_handler_with_monitor: bool = False
    reflector_backoff: bool = False
    shared_reflector_backoff: bool = False
    recovers_from_too_large_version: bool = False
    reflector_warns_on_list: bool = False
    relist_replaces: bool = False
    in_order_informers: bool = False
    atomic_fifo: bool = False
    watch_list_client: bool = False
    aggregated_discovery: bool = False
    log_style: Literal["printf", "structured", "unhandled"] = "printf"
    discovery_failure_style: Literal["map", "internal-error", "readable"] = "map"
    deduplicates_owner_references: bool = False
    owner_reference_errors: Literal["legacy", "indexed"] = "legacy"
    controller_conflict_names_kind: bool = False
    patch_removes_directives: bool = False
    generate_name_attempts: int = 1
    too_long_text: Literal["must have at most", "may not be more than"] = (
        "must have at most"
    )
    shortened_grace_stays_in_future: bool = False
    explains_stored_versions: bool = False
    pod_generation: bool = False
    unready_watch_cache: Literal["block_503", "429"] = "block_503"
    job_pod_finalizers: bool = False
    availability_from_endpoint_slices: bool = False
    composite_values_as_json: bool = False
    stateful_set_updates: Literal[
        "updateStrategy",
        "minReadySeconds",
        "persistentVolumeClaimRetentionPolicy",
        "ordinals",
        "revisionHistoryLimit",
    ] = "updateStrategy"
    priority_value_path: Literal["Value", "value"] = "Value"
    claim_retention: bool = False

    @classmethod
    def for_version(cls, version: "str | Profile") -> "Profile":
        """Return the profile of *version*: ``1.31``, ``v1.20.2``, ``1.31.5+k3s1``.

        A version without a patch number is the first patch of its minor.

        Raises:
            UsageError: It is not a version, or not one that is modelled.
        """
        if isinstance(version, Profile):
            return version
        minor, patch = parse_version(version)
        values: dict[str, Any] = {}
        for change in CHANGES:
            if (minor, patch) >= change.since:
                values[change.field] = change.value
        return cls(version=_plain(version), **values)

    @property
    def minor(self) -> tuple[int, int]:
        """The minor and patch number; for tables of what is served, not for rules."""
        return parse_version(self.version)

    def flipped(self, **rules: Any) -> "Profile":
        """Return a copy in which some *rules* differ.

        Raises:
            UsageError: There is no such rule, or it cannot be that.
        """
        known = get_type_hints(Profile)
        del known["version"]
        for name, value in rules.items():
            if name not in known:
                raise UsageError(
                    f"{name}={value!r}: not a rule of a profile; "
                    f"the rules are {', '.join(sorted(known))}"
                )
            _check_rule(name, value, known[name])
        return attrs.evolve(self, **rules)


def _check_rule(name: str, value: object, kind: Any) -> None:
    allowed = (False, True) if kind is bool else get_args(kind)
    if allowed and (value not in allowed or type(value) is not type(allowed[0])):
        options = ", ".join(str(one) for one in allowed)
        raise UsageError(f"{name}={value!r}: not what the rule can be; use {options}")
    if kind is int and (
        not isinstance(value, int) or isinstance(value, bool) or value < 1
    ):
        raise UsageError(f"{name}={value!r}: must be a count; use 1 or more")


def known_versions() -> list[str]:
    """Return every minor version that is modelled, oldest first."""
    return [f"1.{minor}" for minor in range(OLDEST_MINOR, NEWEST_MINOR + 1)]


def parse_version(version: str) -> tuple[int, int]:
    """Return the minor and the patch number of *version*."""
    found = _VERSION.fullmatch(_plain(version))
    if found is None or not OLDEST_MINOR <= int(found["minor"]) <= NEWEST_MINOR:
        raise UsageError(
            f"kubernetes={shown(version)}: not a version that is modelled; "
            f"use one of {', '.join(known_versions())}, with or without a patch"
        )
    return int(found["minor"]), int(found["patch"] or 0)


def _plain(version: object) -> str:
    text = str(version) if isinstance(version, str | float) else ""
    return text.strip().removeprefix("v").partition("+")[0].partition("-")[0]
