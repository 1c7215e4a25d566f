"""Known ways to get garbage collection wrong, each as a change of one place.

Each is a mistake that somebody could make, and most are mistakes that somebody made:
in the collector's history, or in models of it.
"""

from pathlib import Path

import attrs

PACKAGE = Path(__file__).parents[2] / "gcmodel"

GC = (
    "tests/unit/garbagecollector",
    "tests/conformance/gc/test_conflicting_data.py",
    "tests/conformance/gc/test_graph_rows.py",
    "tests/conformance/gc/test_worker_rows.py",
    "tests/conformance/gc",
)
PROGRAMS = ("tests/conformance/test_programs.py", "-k", "plain")
"""Recorded programs, without a search for a fitting schedule."""

RANDOM_PROGRAMS = (PROGRAMS[0], "-k", "deterministic and GT-00")

NAMESPACES = ("tests/conformance/test_namespace_rows.py",)
QUEUES = ("tests/unit/client/test_workqueue.py", "tests/machines/test_work_queue.py")
CLIENT = ("tests/unit/client",)
DELETES = ("tests/conformance/test_delete_rows.py",)
SERVER = (*DELETES, "tests/unit/apiserver", "tests/conformance/test_update_rows.py")
BOUNDARIES = ("tests/unit/versions/test_boundaries.py",)
REFLECTOR = ("tests/unit/client/test_reflector.py",)
SERVER_UNITS = (
    "tests/unit/apiserver/test_validation_owner_references.py",
    "tests/unit/apiserver/test_validation_options.py",
)


@attrs.frozen
class Mutant:
    """One mistake.

    Attributes:
        mistake: What would be wrong, in a few words.
        module: The file, inside the package.
        before: A text that stands in it once.
        after: What stands there instead.
        suites: The tests that must notice.
    """

    mistake: str
    module: str
    before: str
    after: str
    suites: tuple[str, ...]

    @property
    def path(self) -> Path:
        """Where the module is."""
        return PACKAGE / self.module

    def __str__(self) -> str:
        """Render as one line."""
        return f"{self.module}: {self.mistake}"


def of(module, suites, *mistakes):
    """Return the mutants of one module: each a mistake, and the text that makes it.

    A mistake may name other suites than the rest.
    """
    return [
        Mutant(mistake, module, before, after, *(others or [suites]))
        for mistake, before, after, *others in mistakes
    ]


RULES = {
    "relist_replaces": BOUNDARIES,
    "reflector_backoff": BOUNDARIES,
    "recovers_from_too_large_version": REFLECTOR,
    "absent_owner_key": ("tests/unit/garbagecollector",),
    "verifies_owner_coordinates": ("tests/unit/garbagecollector",),
    "deduplicates_owner_references": SERVER_UNITS,
    "verifies_namespaceless_virtual_owner": GC,
    "reflector_warns_on_list": REFLECTOR,
    "sync_error_metric": ("tests/scenarios",),
    "job_pod_finalizers": ("tests/unit/controllers",),
    "collector_qps_factor": ("tests/unit/cluster", "tests/conformance/test_facts.py"),
    "ignores_new_events": BOUNDARIES,
    "controller_conflict_names_kind": SERVER_UNITS,
    "log_style": REFLECTOR,
    "discovery_failure_style": ("tests/unit/garbagecollector",),
    "mapping_errors_visible": BOUNDARIES,
    "aggregated_discovery": ("tests/unit/apiserver/test_discovery.py",),
    "partial_discovery_keeps_synced": ("tests/conformance/gc/test_stall_rows.py",),
    "shared_reflector_backoff": REFLECTOR,
    "patch_removes_directives": ("tests/conformance/test_patch_rows.py",),
    "generate_name_attempts": ("tests/conformance/test_create_rows.py",),
    "unready_watch_cache": ("tests/conformance/test_fault_rows.py",),
    "sync_pauses_workers": ("tests/unit/garbagecollector/test_sync.py",),
    "watch_list_client": REFLECTOR,
    "availability_from_endpoint_slices": BOUNDARIES,
    "composite_values_as_json": SERVER_UNITS,
    "not_found_on_delete_is_virtual_delete": GC,
    "shortened_grace_stays_in_future": SERVER,
    "in_order_informers": ("tests/unit/client",),
    "explains_stored_versions": (
        "tests/unit/apiserver/test_validation_definitions.py",
    ),
    "pod_generation": ("tests/conformance/test_create_rows.py",),
    "delete_carries_resource_version": GC,
    "too_long_text": (
        "tests/conformance/test_metadata_key_rows.py",
        "tests/conformance/test_metadata_rows.py",
    ),
    "owner_reference_errors": SERVER_UNITS,
    "stateful_set_updates": ("tests/unit/apiserver/test_validation_immutable.py",),
    "priority_value_path": ("tests/unit/apiserver/test_validation_immutable.py",),
    "claim_retention": ("tests/unit/controllers",),
    "atomic_fifo": ("tests/unit/client/test_informer.py",),
}
"""Rules of the version table, each with tests that notice if it never changes."""


def unchanging(rule, suites):
    """Return the mutant in which *rule* is the same in all versions."""
    return Mutant(
        f"{rule} never changes",
        "versions/profile.py",
        "        for change in CHANGES:\n",
        f"        for change in (one for one in CHANGES if one.field != {rule!r}):\n",
        suites,
    )


MUTANTS = [
    *(unchanging(rule, suites) for rule, suites in RULES.items()),
    *of(
        "garbagecollector/operations.py",
        GC,
        (
            "a delete names no UID",
            "preconditions=Preconditions(identity.uid, version),",
            "preconditions=Preconditions(None, version),",
        ),
        (
            "a patch carries no UID",
            '                "uid": node.uid,\n'
            '                "ownerReferences": [{"$patch"',
            '                "ownerReferences": [{"$patch"',
            PROGRAMS,
        ),
        (
            "a JSON merge patch drops every owner",
            "                if owner.uid not in uids",
            "                if not uids",
        ),
        (
            "a finalizer takes the others along",
            "kept = list(without(finalizers, finalizer)) or None",
            "kept = None",
        ),
        (
            "a conflict over a finalizer is final",
            "for pause in (*FINALIZER_BACKOFF_NS, None):",
            "for pause in (None,):",
        ),
        (
            "custom resources are never patched",
            "        except UnsupportedMediaTypeError:\n",
            "        except UnsupportedMediaTypeError:\n            return\n",
        ),
        (
            "unblocking blocks",
            'owner.to_dict() | {"blockOwnerDeletion": False}',
            'owner.to_dict() | {"blockOwnerDeletion": True}',
        ),
    ),
    *of(
        "garbagecollector/attempt_to_delete.py",
        GC,
        (
            "the live object is not asked for its UID",
            "if latest.uid != identity.uid:",
            "if False:",
        ),
        (
            "an owner of another UID is good enough",
            "if found.uid != owner.uid:",
            "if False:",
        ),
        (
            "an owner that waits counts as there",
            "return OwnerState.WAITING if waits else OwnerState.SOLID",
            "return OwnerState.SOLID",
        ),
        (
            "an owner that is only going counts as waiting",
            "waits = meta.being_deleted and DELETE_DEPENDENTS in meta.finalizers",
            "waits = meta.being_deleted",
        ),
        (
            "an absent owner is not remembered",
            "            self.absent_owners.add(key)\n"
            "            self.say(messages.OWNER_NOT",
            "            self.say(messages.OWNER_NOT",
        ),
        (
            "an absent object is not reported",
            "            self.say(messages.NOT_FOUND, node=node)\n"
            "            self.report_absent(identity)\n",
            "            self.say(messages.NOT_FOUND, node=node)\n",
        ),
        (
            "a waiting owner does not look at who blocks it",
            "                self.queue.add(dependent)",
            "                pass",
            PROGRAMS,
        ),
        (
            "a waiting owner goes before its dependents",
            "        blocking = node.blocking_dependents()\n",
            "        blocking = []\n",
        ),
        (
            "what was queued is deleted although it is going",
            "if node.being_deleted and not node.deleting_dependents:",
            "if False:",
            RANDOM_PROGRAMS,
        ),
        (
            "a cluster-scoped object of a namespaced owner is tried for ever",
            "        except ClusterScopedError:\n            return Outcome.FORGET",
            "        except ClusterScopedError:\n            return Outcome.REQUEUE",
        ),
        (
            "a failed turn is forgotten",
            "            self.say(messages.SYNC_ERROR, node=node, error=error)\n"
            "            return Outcome.REQUEUE",
            "            self.say(messages.SYNC_ERROR, node=node, error=error)\n"
            "            return Outcome.FORGET",
        ),
        (
            "a virtual node is not looked at again",
            "            self.say(messages.NOT_OBSERVED, node=node)\n"
            "            return Outcome.REQUEUE",
            "            self.say(messages.NOT_OBSERVED, node=node)\n"
            "            return Outcome.FORGET",
        ),
        (
            "a cycle is not unblocked",
            "                if verdict.unblock_first:",
            "                if False:",
        ),
    ),
    *of(
        "garbagecollector/verdicts.py",
        ("tests/machines/test_cluster_at_rest.py",),
        (
            "of two owners one that is gone is enough, says the machine",
            "    if owners.solid:",
            "    if owners.solid and not owners.dangling:",
        ),
    ),
    *of(
        "garbagecollector/verdicts.py",
        GC,
        (
            "one owner that is gone is enough",
            "    if owners.solid:",
            "    if owners.solid and not owners.dangling:",
        ),
        (
            "claims to waiting owners are kept",
            "gone = (*owners.dangling, *owners.waiting)",
            "gone = owners.dangling",
        ),
        (
            "the foreground ends at the first generation",
            "            PropagationPolicy.FOREGROUND,\n            unblock_first",
            "            PropagationPolicy.BACKGROUND,\n            unblock_first",
        ),
        (
            "the orphan finalizer is not heeded in a cascade",
            "    if ORPHAN_DEPENDENTS in finalizers:",
            "    if False:",
        ),
    ),
    *of(
        "garbagecollector/attempt_to_orphan.py",
        GC,
        (
            "the owner is let go although a dependent was not",
            "                errors.append(",
            "                str(",
        ),
        (
            "a dependent that is gone holds the owner",
            "            except NotFoundError:\n                return\n",
            "            except NotFoundError as error:\n"
            "                errors.append(str(error))\n",
        ),
    ),
    *of(
        "garbagecollector/absent_owner_cache.py",
        GC,
        (
            "the cache knows nobody",
            "        if key not in self._entries:\n",
            "        if True:\n",
        ),
        (
            "the cache forgets the wrong entry",
            "del self._entries[next(iter(self._entries))]",
            "del self._entries[key]",
        ),
    ),
    *of(
        "garbagecollector/graph.py",
        ("tests/machines/test_dependency_graph.py",),
        (
            "a removed node stays on its owners' lists",
            "        self.detach(node, node.owners)\n",
            "",
        ),
        (
            "only the first owner forgets",
            "                owner_node.delete_dependent(node)",
            "                owner_node.delete_dependent(node)\n                return",
        ),
    ),
    *of(
        "garbagecollector/graph_builder.py",
        (*GC, "tests/machines/test_dependency_graph.py"),
        (
            "an unknown owner is not looked for",
            "                self.attempt_to_delete.add(owner_node)\n"
            "                continue",
            "                continue",
        ),
        (
            "a virtual node stays virtual",
            "            node.virtual = False\n            return node",
            "            return node",
        ),
        (
            "a mistaken virtual node is not replaced",
            "        replacement = node.clone_as(observed)\n"
            "        replacement.virtual",
            "        replacement = node\n        replacement.virtual",
        ),
        (
            "who named an owner wrongly is not looked at",
            "            self.attempt_to_delete.add(dependent)\n"
            "        self.say(messages.REPL",
            "        self.say(messages.REPL",
        ),
        (
            "claims are compared by place",
            "        if owners != node.owners or _repeats_an_owner(owners):",
            "        if len(owners) != len(node.owners):",
        ),
        (
            "a claim that is given up stays in the graph",
            "        self.graph.detach(node, diff.removed)\n",
            "",
        ),
        (
            "an owner is not told that it is no longer blocked",
            "        self._add_unblocked_owners(diff)\n",
            "",
        ),
        (
            "deletion is noticed by level, again and again",
            "        before is None\n        or before.deletion_timestamp is None\n"
            "        or finalizer not in before.finalizers",
            "        True",
        ),
        (
            "dependents are not queued when an owner begins to wait",
            "            for dependent in self.arrange(node.dependents):\n"
            "                self.attempt_to_delete.add(dependent)\n"
            "            self.attempt_to_delete.add(node)",
            "            self.attempt_to_delete.add(node)",
        ),
        (
            "orphaning is taken for waiting",
            "            self.attempt_to_orphan.add(node)",
            "            self.attempt_to_delete.add(node)",
        ),
        (
            "dependents of a removed node are left alone",
            "        for dependent in self.arrange(node.dependents):\n"
            "            self.attempt_to_delete.add(dependent)\n        for owner in",
            "        for owner in",
        ),
        (
            "an owner is not told that a dependent has gone",
            "owner_node is not None and owner_node.deleting_dependents:",
            "owner_node is not None and owner_node.virtual:",
        ),
        (
            "a virtual delete removes a node that is there",
            "agreed = not nonmatching if node.virtual else node.identity == absent",
            "agreed = True",
        ),
        (
            "another identity is not tried",
            "        if node.virtual and node.identity == absent:\n",
            "        if False:\n",
        ),
        (
            "a namespace mismatch is not noticed",
            "        if known.namespace and known.namespace != namespace:",
            "        if False:",
        ),
    ),
    *of(
        "garbagecollector/graph_builder.py",
        ("tests/unit/garbagecollector/test_feed.py", "tests/machines/test_feed.py"),
        (
            "in bulk, a claimed owner is taken for one that was seen",
            "                    or owner.flags & VIRTUAL\n",
            "",
        ),
        (
            "in bulk, an owner may live in any namespace",
            '                    or owner.namespace not in (namespace, "")\n',
            "",
        ),
        (
            "in bulk, a claimed object that is seen stays virtual",
            "                and not node.flags & VIRTUAL\n",
            "",
        ),
        (
            "in bulk, an object keeps the kind under which it was first seen",
            "                    keeps_identity\n                    or (",
            "                    True\n                    or (",
        ),
        (
            "in bulk, an object that comes while it is deleted is not queued",
            "len(owners) > 1 or seen.deletion_timestamp is not None:",
            "len(owners) > 1:",
        ),
    ),
    *of(
        "garbagecollector/node.py",
        GC,
        (
            "every dependent blocks",
            "            if owner.uid == uid and owner.block_owner_deletion",
            "            if owner.uid == uid",
        ),
    ),
    *of(
        "garbagecollector/sync.py",
        GC,
        (
            "a stalled pass lets the workers run",
            "        await self.worker_lock.acquire_write()\n",
            "",
        ),
        (
            "a stalled pass takes its resources for known",
            "            self._count_error(messages.TIMED_OUT, attempt=number)\n"
            "            return False",
            "            self._count_error(messages.TIMED_OUT, attempt=number)\n"
            "            return True",
        ),
        (
            "partial discovery drops monitors that had synced",
            "            and self.monitors.is_resource_synced(resource)\n",
            "            and False\n",
        ),
    ),
    *of(
        "kernel/scheduler.py",
        ("tests/machines/test_scheduler.py",),
        (
            "what was cancelled runs",
            "            if not task.done:\n",
            "            if True:\n",
        ),
        (
            "the last timer of an instant comes first",
            "(self.now + delay_ns, self._sequence, task)",
            "(self.now + delay_ns, -self._sequence, task)",
        ),
        (
            "what is due at the end of a run does not run",
            "(until_ns is not None and timers[0][0] > until_ns)",
            "(until_ns is not None and timers[0][0] >= until_ns)",
        ),
    ),
    *of(
        "client/workqueue.py",
        QUEUES,
        (
            "an item is handed to two workers at a time",
            "        if item not in self._processing:\n",
            "        if True:\n",
        ),
        (
            "what comes while it is worked on is lost",
            "        if item in self._dirty:\n            self._queue.append(item)\n",
            "        if item in self._dirty:\n            pass\n",
        ),
        (
            "an item is queued twice",
            "        if self.shutting_down or item in self._dirty:\n",
            "        if self.shutting_down:\n",
        ),
        (
            "the last comes first",
            "        item = self._queue.popleft()\n",
            "        item = self._queue.pop()\n",
        ),
        (
            "the rate limiter forgets failures",
            "        self._failures[item] = failures + 1\n",
            "        self._failures[item] = 0\n",
        ),
        (
            "success is not forgotten",
            "        self._failures.pop(item, None)\n",
            "        return\n",
        ),
        (
            "the later of two delays holds",
            "        if item in self._due and self._due[item] <= due:\n",
            "        if item in self._due and self._due[item] >= due:\n",
        ),
    ),
    *of(
        "client/rate_limiter.py",
        CLIENT,
        (
            "tokens are saved without end",
            "        self._saved = min(grown, self.burst * SECOND) - SECOND\n",
            "        self._saved = grown - SECOND\n",
        ),
    ),
    *of(
        "client/backoff.py",
        CLIENT,
        (
            "a reflector's back-off has no cap",
            "        base = min(self._step_ns, CAP_NS)\n",
            "        base = self._step_ns\n",
        ),
        (
            "quiet does not reset a back-off",
            "            self._step_ns = INITIAL_NS\n        self._last_ns = now",
            "            pass\n        self._last_ns = now",
        ),
    ),
    *of(
        "client/reflector.py",
        (*CLIENT, "tests/machines/test_informer.py"),
        (
            "the end of a watch is the end of the informer",
            "            if self.scheduler.now - begun < SECOND and not events:\n",
            "            if True:\n",
        ),
        (
            "a watch is opened where the list was, not where it stopped",
            "        self._last_version = seen.metadata.resource_version\n"
            "        if event.type != BOOKMARK:",
            "        if event.type != BOOKMARK:",
        ),
        (
            "an expired version is asked for again",
            "            self._version_unavailable = True\n",
            "            pass\n",
        ),
    ),
    *of(
        "apiserver/deletion.py",
        SERVER,
        (
            "a UID precondition is not compared",
            "    if wanted.uid is not None and wanted.uid != meta.uid:",
            "    if False:",
        ),
        (
            "a delete sets the time anew each time",
            "now_s if begun is None or begun > now_s else begun,",
            "now_s,",
        ),
        (
            "a shorter grace is not granted",
            "    if asked is None or asked >= kept:",
            "    if True:",
        ),
        (
            "a Pod that nobody runs waits for its grace",
            '    if not spec.get("nodeName") or phase in ("Failed", "Succeeded"):',
            '    if phase in ("Failed", "Succeeded"):',
        ),
    ),
    *of(
        "apiserver/deleting.py",
        SERVER,
        (
            "finalizers hold nothing",
            "        lingers = bool(going.metadata.finalizers)\n",
            "        lingers = False\n",
        ),
        (
            "a policy is forgotten",
            "        if finalizers == going.metadata.finalizers:\n"
            "            return going",
            "        if True:\n            return going",
        ),
        (
            "a dry run deletes",
            "        if not deletion.dry:\n"
            "            self.writing.remove(served, last)",
            "        if True:\n            self.writing.remove(served, last)",
        ),
        (
            "system namespaces can be deleted",
            "        if protects and request.name in PROTECTED_NAMESPACES:\n",
            "        if False:\n",
            NAMESPACES,
        ),
    ),
]
