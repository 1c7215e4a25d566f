"""What the collector says, worded as each version words it.

Upstream: the klog calls of pkg/controller/garbagecollector (garbagecollector.go,
graph_builder.go) and client-go tools/cache/shared_informer.go
"""

from gcmodel.kernel.log import Level, Message, Wording

_GC = "garbagecollector.go"
_GB = "graph_builder.go"
_SI = "shared_informer.go"


def _said(
    level: Level, v: int, printf: str, structured: str = "", *, handled: bool = False
) -> Message:
    src, _, text = printf.partition("|")
    later = None
    if structured:
        later_src, _, later_text = structured.partition("|")
        later = Wording(later_src, later_text)
    return Message(level, v, Wording(src, text), later, handled)


# Start and stop
STARTING = _said(
    "I",
    0,
    f"{_GC}:142|Starting garbage collector controller",
    f'{_GC}:155|"Starting controller" controller="garbagecollector"',
)
BUILDER_RUNNING = _said(
    "I",
    0,
    f"{_GB}:289|GraphBuilder running",
    f'{_GB}:336|"Running" component="GraphBuilder"',
)
PROCEEDING = _said(
    "I",
    0,
    f"{_GC}:151|Garbage collector: all resource monitors have synced. "
    "Proceeding to collect garbage",
    f'{_GC}:165|"All resource monitors have synced. Proceeding to collect garbage"',
)
ALL_SYNCED = _said(
    "I",
    0,
    f"{_GC}:168|Garbage collector: all resource monitors have synced",
    f'{_GC}:168|"Garbage collector: all resource monitors have synced"',
)
PROCEEDING_ANYWAYS = _said(
    "I",
    0,
    f"{_GC}:166|Garbage collector: not all resource monitors could be synced, "
    "proceeding anyways",
    f'{_GC}:166|"Garbage collector: not all resource monitors could be synced, '
    'proceeding anyways"',
)
PROCEEDING_TOLERANT = _said(
    "I",
    0,
    f"{_GC}:171|Proceeding to collect garbage",
    f'{_GC}:171|"Proceeding to collect garbage"',
)

# Waiting for caches
WAITING = _said("I", 0, f"{_SI}:240|Waiting for caches to sync for garbage collector")
SYNCED_CACHES = _said(
    "I",
    0,
    f"{_SI}:247|Caches are synced for garbage collector ",
    f"{_SI}:320|Caches are synced for garbage collector",
)
UNSYNCED_CACHES = _said(
    "E",
    0,
    f"{_SI}:243|unable to sync caches for garbage collector",
    f"{_SI}:316|unable to sync caches for garbage collector",
    handled=True,
)
STOP_REQUESTED = _said("I", 2, f"{_SI}:266|stop requested")
CACHES_POPULATED = _said("I", 4, f"{_SI}:270|caches populated")
NO_MONITORS = _said(
    "I",
    4,
    f"{_GB}:273|garbage controller monitor not synced: no monitors",
    f'{_GB}:317|"garbage controller monitor not synced: no monitors"',
)
NOT_YET_SYNCED = _said(
    "I",
    4,
    f"{_GB}:279|garbage controller monitor not yet synced: {{resource}}",
    f'{_GB}:323|"garbage controller monitor not yet synced" resource="{{resource}}"',
)

# Sync
NO_RESOURCES = _said(
    "I",
    2,
    f"{_GC}:182|no resources reported by discovery, skipping garbage collector sync",
    f'{_GC}:195|"no resources reported by discovery, skipping garbage collector sync"',
)
NO_RESOURCES_AGAIN = _said(
    "I",
    2,
    f"{_GC}:206|no resources reported by discovery (attempt {{attempt}})",
    f'{_GC}:222|"no resources reported by discovery" attempt={{attempt}}',
)
NO_UPDATES = _said(
    "I",
    5,
    f"{_GC}:190|no resource updates from discovery, skipping garbage collector sync",
    f'{_GC}:208|"no resource updates from discovery, skipping garbage collector sync"',
)
SYNCING = _said(
    "I",
    2,
    f"{_GC}:213|syncing garbage collector with updated resources from discovery "
    "(attempt {attempt}): {diff}",
    f'{_GC}:232|"syncing garbage collector with updated resources from discovery" '
    'attempt={attempt} diff="{diff}"',
)
SYNCING_TOLERANT = _said(
    "I",
    2,
    f"{_GC}:232|syncing garbage collector with updated resources from discovery: "
    "{diff}",
    f'{_GC}:217|"syncing garbage collector with updated resources from discovery" '
    'diff="{diff}"',
)
RESET_MAPPER = _said(
    "I", 4, f"{_GC}:219|reset restmapper", f'{_GC}:238|"reset restmapper"'
)
RESYNCED = _said(
    "I", 4, f"{_GC}:234|resynced monitors", f'{_GC}:252|"resynced monitors"'
)
RESYNC_FAILED = _said(
    "E",
    0,
    f"{_GC}:229|failed to sync resource monitors (attempt {{attempt}}): {{error}}",
    f"{_GC}:247|failed to sync resource monitors (attempt {{attempt}}): {{error}}",
    handled=True,
)
RESYNC_FAILED_TOLERANT = _said(
    "E",
    0,
    f"{_GC}:229|failed to sync resource monitors: {{error}}",
    f"{_GC}:229|failed to sync resource monitors: {{error}}",
    handled=True,
)
TIMED_OUT = _said(
    "E",
    0,
    f"{_GC}:242|timed out waiting for dependency graph builder sync during GC sync "
    "(attempt {attempt})",
    f"{_GC}:268|timed out waiting for dependency graph builder sync during GC sync "
    "(attempt {attempt})",
    handled=True,
)
TIMED_OUT_TOLERANT = _said(
    "E",
    0,
    f"{_GC}:236|timed out waiting for dependency graph builder sync during GC sync",
    f"{_GC}:236|timed out waiting for dependency graph builder sync during GC sync",
    handled=True,
)
SYNCED = _said(
    "I",
    2,
    f"{_GC}:254|synced garbage collector",
    f'{_GC}:280|"synced garbage collector"',
)
GROUPS_FAILED_W = _said("W", 0, f"{_GC}:703|failed to discover some groups: {{groups}}")
GROUPS_FAILED_I = _said(
    "I",
    0,
    f"{_GC}:808|failed to discover some groups: {{groups}}",
    f'{_GC}:808|"failed to discover some groups" groups="{{groups}}"',
)
DISCOVERY_FAILED_W = _said(
    "W", 0, f"{_GC}:705|failed to discover preferred resources: {{error}}"
)
DISCOVERY_FAILED_I = _said(
    "I",
    0,
    f"{_GC}:810|failed to discover preferred resources: {{error}}",
    f'{_GC}:810|"failed to discover preferred resources" error="{{error}}"',
)

# Monitors
USING_INFORMER = _said(
    "I",
    4,
    f'{_GB}:174|using a shared informer for resource "{{resource}}", kind "{{kind}}"',
    f'{_GB}:205|"using a shared informer" resource="{{resource}}" kind="{{kind}}"',
)
SYNCED_MONITORS = _said(
    "I",
    4,
    f"{_GB}:229|synced monitors; added {{added}}, kept {{kept}}, removed {{removed}}",
    f'{_GB}:265|"synced monitors" added={{added}} kept={{kept}} removed={{removed}}',
)
STARTED_MONITORS = _said(
    "I",
    4,
    f"{_GB}:261|started {{new}} new monitors, {{current}} currently running",
    f'{_GB}:300|"started new monitors" new={{new}} current={{current}}',
)

# Graph builder
ADD_VIRTUAL = _said(
    "I",
    5,
    f"{_GB}:368|add virtual node.identity: {{node}}",
    f'{_GB}:420|"add virtual item" identity="{{node}}"',
)
NAMESPACE_MISMATCH = _said(
    "I",
    2,
    f"{_GB}:386|node {{node}} references an owner {{owner}} but does not match "
    "namespaces",
    f'{_GB}:440|"item references an owner but does not match namespaces" '
    'item="{node}" owner="{owner}"',
)
COORDINATE_MISMATCH = _said(
    "I",
    2,
    f"{_GB}:392|node {{node}} references an owner {{owner}} with coordinates that do "
    "not match the observed identity",
    f'{_GB}:446|"item references an owner with coordinates that do not match the '
    'observed identity" item="{node}" owner="{owner}"',
)
REPLACING_VIRTUAL = _said(
    "I",
    2,
    f"{_GB}:639|replacing virtual node {{virtual}} with observed node {{observed}}",
    f'{_GB}:706|"replacing virtual item with observed item" virtual="{{virtual}}" '
    'observed="{observed}"',
)
ADD_TO_ORPHAN = _said(
    "I",
    5,
    f"{_GB}:577|add {{node}} to the attemptToOrphan",
    f'{_GB}:610|"add item to attemptToOrphan" item="{{node}}"',
)
WAITS_FOR_DEPENDENTS = _said(
    "I",
    2,
    f"{_GB}:582|add {{node}} to the attemptToDelete, because it's waiting for its "
    "dependents to be deleted",
    f"{_GB}:615|\"add item to attemptToDelete, because it's waiting for its "
    'dependents to be deleted" item="{node}"',
)
NOT_IN_GRAPH = _said(
    "I",
    5,
    f"{_GB}:694|{{uid}} doesn't exist in the graph, this shouldn't happen",
    f"{_GB}:770|\"item doesn't exist in the graph, this shouldn't happen\" "
    'item="{uid}"',
)

# Workers
PROCESSING = _said(
    "I",
    2,
    f'{_GC}:471|"Processing object" object="{{key}}" objectUID={{uid}} '
    'kind="{kind}" virtual={virtual}',
    f'{_GC}:513|"Processing item" item="{{node}}" virtual={{virtual}}',
)
RETURNED_AT_ONCE = _said(
    "I",
    5,
    f"{_GC}:476|processing item {{node}} returned at once, because its "
    "DeletionTimestamp is non-nil",
    f'{_GC}:517|"processing item returned at once, because its DeletionTimestamp is '
    'non-nil" item="{node}"',
)
NOT_FOUND = _said(
    "I",
    5,
    f"{_GC}:488|item {{node}} not found, generating a virtual delete event",
    f'{_GC}:530|"item not found, generating a virtual delete event" item="{{node}}"',
)
UID_MISMATCH = _said(
    "I",
    5,
    f"{_GC}:495|UID doesn't match, item {{node}} not found, generating a virtual "
    "delete event",
    f"{_GC}:537|\"UID doesn't match, item not found, generating a virtual delete "
    'event" item="{node}"',
)
NO_OWNER = _said(
    "I",
    2,
    f"{_GC}:510|object {{node}}'s doesn't have an owner, continue on next item",
    f'{_GC}:552|"item doesn\'t have an owner, continue on next item" item="{{node}}"',
)
CLASSIFY = _said(
    "I",
    5,
    f"{_GC}:518|classify references of {{node}}.",
    f'{_GC}:560|"classify item\'s references" item="{{node}}"',
)
ABSENT_IN_CACHE = _said(
    "I",
    5,
    f"{_GC}:372|according to the absentOwnerCache, object {{uid}}'s owner "
    "{owner} does not exist",
    f'{_GC}:390|"according to the absentOwnerCache, item\'s owner does not exist" '
    'item="{node}" owner="{owner}"',
)
ABSENT_IN_CACHE_NAMESPACED = _said(
    "I",
    5,
    f"{_GC}:379|according to the absentOwnerCache, object {{uid}}'s owner "
    "{owner} does not exist in namespace {namespace}",
    f"{_GC}:397|\"according to the absentOwnerCache, item's owner does not exist in "
    'namespace" item="{node}" owner="{owner}"',
)
CLUSTER_SCOPED = _said(
    "I",
    2,
    f"{_GC}:396|object {{node}} is cluster-scoped, but refers to a namespaced owner "
    "of type {owner}",
    f'{_GC}:414|"item is cluster-scoped, but refers to a namespaced owner" '
    'item="{node}" owner="{owner}"',
)
OWNER_NOT_FOUND = _said(
    "I",
    5,
    f"{_GC}:411|object {{uid}}'s owner {{owner}} is not found",
    f'{_GC}:430|"item\'s owner is not found" item="{{node}}" owner="{{owner}}"',
)
OWNER_UID_MISMATCH = _said(
    "I",
    5,
    f"{_GC}:419|object {{uid}}'s owner {{owner}} is not found, UID mismatch",
    f'{_GC}:438|"item\'s owner is not found, UID mismatch" item="{{node}}" '
    'owner="{owner}"',
)
HAS_OWNER = _said(
    "I",
    2,
    f"{_GC}:522|object {{node}} has at least one existing owner: {{solid}}, will not "
    "garbage collect",
    f'{_GC}:564|"item has at least one existing owner, will not garbage collect" '
    'item="{node}" owner="{solid}"',
)
REMOVE_REFERENCES = _said(
    "I",
    2,
    f"{_GC}:527|remove dangling references {{dangling}} and waiting references "
    "{waiting} for object {node}",
    f'{_GC}:568|"remove dangling references and waiting references for item" '
    'item="{node}" dangling="{dangling}" waitingForDependentsDeletion="{waiting}"',
)
UNBLOCK = _said(
    "I",
    2,
    f"{_GC}:546|processing object {{node}}, some of its owners and its dependent "
    "[{dependent}] have FinalizerDeletingDependents, to prevent potential cycle, its "
    "ownerReferences are going to be modified to be non-blocking, then the object is "
    "going to be deleted with Foreground",
    f'{_GC}:588|"processing item, some of its owners and its dependent have '
    "FinalizerDeletingDependents, to prevent potential cycle, its ownerReferences are "
    "going to be modified to be non-blocking, then the item is going to be deleted "
    'with Foreground" item="{node}" dependent="{dependent}"',
)
IN_FOREGROUND = _said(
    "I",
    2,
    f"{_GC}:556|at least one owner of object {{node}} has "
    "FinalizerDeletingDependents, and the object itself has dependents, so it is "
    "going to be deleted in Foreground",
    f'{_GC}:598|"at least one owner of item has FinalizerDeletingDependents, and the '
    'item itself has dependents, so it is going to be deleted in Foreground" '
    'item="{node}"',
)
DELETING = _said(
    "I",
    2,
    f'{_GC}:580|"Deleting object" object="{{key}}" objectUID={{uid}} '
    'kind="{kind}" propagationPolicy={policy}',
    f'{_GC}:622|"Deleting item" item="{{node}}" propagationPolicy="{{policy}}"',
)
REMOVE_FINALIZER = _said(
    "I",
    2,
    f"{_GC}:590|remove DeleteDependents finalizer for item {{node}}",
    f'{_GC}:637|"remove DeleteDependents finalizer for item" item="{{node}}"',
)
ADD_DEPENDENT = _said(
    "I",
    2,
    f"{_GC}:595|adding {{dependent}} to attemptToDelete, because its owner {{node}} "
    "is deletingDependents",
    f'{_GC}:642|"adding dependent to attemptToDelete, because its owner is '
    'deletingDependents" item="{node}" dependent="{dependent}"',
)
NO_LONGER_IN_GRAPH = _said(
    "I",
    5,
    f"{_GC}:314|item {{node}} no longer in the graph, skipping attemptToDeleteItem",
    f'{_GC}:330|"item no longer in the graph, skipping attemptToDeleteItem" '
    'item="{node}"',
)
NO_LONGER_VIRTUAL = _said(
    "I",
    5,
    f"{_GC}:319|item {{node}} no longer virtual in the graph, skipping "
    "attemptToDeleteItem on virtual node",
    f'{_GC}:335|"item no longer virtual in the graph, skipping attemptToDeleteItem on '
    'virtual node" item="{node}"',
)
NOT_OBSERVED = _said(
    "I",
    5,
    f"{_GC}:344|item {{node}} hasn't been observed via informer yet",
    f'{_GC}:360|"item hasn\'t been observed via informer yet" item="{{node}}"',
)
SYNC_ERROR = _said(
    "E",
    0,
    f"{_GC}:338|error syncing item {{node}}: {{error}}",
    f'{_GC}:354|"error syncing item" err="{{error}}" item="{{node}}"',
)
MAPPING_ERROR_HIDDEN = _said(
    "I", 5, f"{_GC}:336|error syncing item {{node}}: {{error}}"
)
MAPPING_ERROR = _said(
    "E",
    0,
    f"{_GC}:336|error syncing item {{node}}: {{error}}",
    f'{_GC}:352|"error syncing item" err="{{error}}" item="{{node}}"',
)
ORPHANED = _said(
    "I",
    5,
    f"{_GC}:633|successfully updated all dependents of owner {{node}}",
    f'{_GC}:690|"successfully updated all dependents" owner="{{node}}"',
)
ORPHAN_FAILED = _said(
    "E",
    0,
    f"{_GC}:665|orphanDependents for {{node}} failed with {{error}}",
    f"{_GC}:720|orphanDependents for {{node}} failed with {{error}}",
    handled=True,
)
ORPHAN_FINALIZER_FAILED = _said(
    "E",
    0,
    f"{_GC}:672|removeOrphanFinalizer for {{node}} failed with {{error}}",
    f"{_GC}:727|removeOrphanFinalizer for {{node}} failed with {{error}}",
    handled=True,
)
FINALIZER_ALREADY_REMOVED = _said(
    "I",
    5,
    "operations.go:115|the {finalizer} finalizer is already removed from object {node}",
    'operations.go:130|"finalizer already removed from object" item="{node}" '
    'finalizer="{finalizer}"',
)
