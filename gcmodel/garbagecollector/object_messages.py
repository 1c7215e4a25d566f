"""What graph builder and workers say about the objects they look at.

Upstream: the klog calls of pkg/controller/garbagecollector (garbagecollector.go,
graph_builder.go, operations.go)
"""

from gcmodel.garbagecollector.wording import said

_GC = "garbagecollector.go"
_GB = "graph_builder.go"

# Graph builder
ADD_VIRTUAL = said(
    "I",
    5,
    f"{_GB}:368|add virtual node.identity: {{node}}",
    f'{_GB}:420|"add virtual item" identity="{{node}}"',
)
NAMESPACE_MISMATCH = said(
    "I",
    2,
    f"{_GB}:386|node {{node}} references an owner {{owner}} but does not match "
    "namespaces",
    f'{_GB}:440|"item references an owner but does not match namespaces" '
    'item="{node}" owner="{owner}"',
)
COORDINATE_MISMATCH = said(
    "I",
    2,
    f"{_GB}:392|node {{node}} references an owner {{owner}} with coordinates that do "
    "not match the observed identity",
    f'{_GB}:446|"item references an owner with coordinates that do not match the '
    'observed identity" item="{node}" owner="{owner}"',
)
REPLACING_VIRTUAL = said(
    "I",
    2,
    f"{_GB}:639|replacing virtual node {{virtual}} with observed node {{observed}}",
    f'{_GB}:706|"replacing virtual item with observed item" virtual="{{virtual}}" '
    'observed="{observed}"',
)
ADD_TO_ORPHAN = said(
    "I",
    5,
    f"{_GB}:577|add {{node}} to the attemptToOrphan",
    f'{_GB}:610|"add item to attemptToOrphan" item="{{node}}"',
)
WAITS_FOR_DEPENDENTS = said(
    "I",
    2,
    f"{_GB}:582|add {{node}} to the attemptToDelete, because it's waiting for its "
    "dependents to be deleted",
    f"{_GB}:615|\"add item to attemptToDelete, because it's waiting for its "
    'dependents to be deleted" item="{node}"',
)
NOT_IN_GRAPH = said(
    "I",
    5,
    f"{_GB}:694|{{uid}} doesn't exist in the graph, this shouldn't happen",
    f"{_GB}:770|\"item doesn't exist in the graph, this shouldn't happen\" "
    'item="{uid}"',
)

# Workers
PROCESSING = said(
    "I",
    2,
    f'{_GC}:471|"Processing object" object="{{key}}" objectUID={{uid}} '
    'kind="{kind}" virtual={virtual}',
    f'{_GC}:513|"Processing item" item="{{node}}" virtual={{virtual}}',
)
RETURNED_AT_ONCE = said(
    "I",
    5,
    f"{_GC}:476|processing item {{node}} returned at once, because its "
    "DeletionTimestamp is non-nil",
    f'{_GC}:517|"processing item returned at once, because its DeletionTimestamp is '
    'non-nil" item="{node}"',
)
NOT_FOUND = said(
    "I",
    5,
    f"{_GC}:488|item {{node}} not found, generating a virtual delete event",
    f'{_GC}:530|"item not found, generating a virtual delete event" item="{{node}}"',
)
UID_MISMATCH = said(
    "I",
    5,
    f"{_GC}:495|UID doesn't match, item {{node}} not found, generating a virtual "
    "delete event",
    f"{_GC}:537|\"UID doesn't match, item not found, generating a virtual delete "
    'event" item="{node}"',
)
NO_OWNER = said(
    "I",
    2,
    f"{_GC}:510|object {{node}}'s doesn't have an owner, continue on next item",
    f'{_GC}:552|"item doesn\'t have an owner, continue on next item" item="{{node}}"',
)
CLASSIFY = said(
    "I",
    5,
    f"{_GC}:518|classify references of {{node}}.",
    f'{_GC}:560|"classify item\'s references" item="{{node}}"',
)
ABSENT_IN_CACHE = said(
    "I",
    5,
    f"{_GC}:372|according to the absentOwnerCache, object {{uid}}'s owner "
    "{owner} does not exist",
    f'{_GC}:390|"according to the absentOwnerCache, item\'s owner does not exist" '
    'item="{node}" owner="{owner}"',
)
ABSENT_IN_CACHE_NAMESPACED = said(
    "I",
    5,
    f"{_GC}:379|according to the absentOwnerCache, object {{uid}}'s owner "
    "{owner} does not exist in namespace {namespace}",
    f"{_GC}:397|\"according to the absentOwnerCache, item's owner does not exist in "
    'namespace" item="{node}" owner="{owner}"',
)
CLUSTER_SCOPED = said(
    "I",
    2,
    f"{_GC}:396|object {{node}} is cluster-scoped, but refers to a namespaced owner "
    "of type {owner}",
    f'{_GC}:414|"item is cluster-scoped, but refers to a namespaced owner" '
    'item="{node}" owner="{owner}"',
)
OWNER_NOT_FOUND = said(
    "I",
    5,
    f"{_GC}:411|object {{uid}}'s owner {{owner}} is not found",
    f'{_GC}:430|"item\'s owner is not found" item="{{node}}" owner="{{owner}}"',
)
OWNER_UID_MISMATCH = said(
    "I",
    5,
    f"{_GC}:419|object {{uid}}'s owner {{owner}} is not found, UID mismatch",
    f'{_GC}:438|"item\'s owner is not found, UID mismatch" item="{{node}}" '
    'owner="{owner}"',
)
HAS_OWNER = said(
    "I",
    2,
    f"{_GC}:522|object {{node}} has at least one existing owner: {{solid}}, will not "
    "garbage collect",
    f'{_GC}:564|"item has at least one existing owner, will not garbage collect" '
    'item="{node}" owner="{solid}"',
)
REMOVE_REFERENCES = said(
    "I",
    2,
    f"{_GC}:527|remove dangling references {{dangling}} and waiting references "
    "{waiting} for object {node}",
    f'{_GC}:568|"remove dangling references and waiting references for item" '
    'item="{node}" dangling="{dangling}" waitingForDependentsDeletion="{waiting}"',
)
UNBLOCK = said(
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
IN_FOREGROUND = said(
    "I",
    2,
    f"{_GC}:556|at least one owner of object {{node}} has "
    "FinalizerDeletingDependents, and the object itself has dependents, so it is "
    "going to be deleted in Foreground",
    f'{_GC}:598|"at least one owner of item has FinalizerDeletingDependents, and the '
    'item itself has dependents, so it is going to be deleted in Foreground" '
    'item="{node}"',
)
DELETING = said(
    "I",
    2,
    f'{_GC}:580|"Deleting object" object="{{key}}" objectUID={{uid}} '
    'kind="{kind}" propagationPolicy={policy}',
    f'{_GC}:622|"Deleting item" item="{{node}}" propagationPolicy="{{policy}}"',
)
REMOVE_FINALIZER = said(
    "I",
    2,
    f"{_GC}:590|remove DeleteDependents finalizer for item {{node}}",
    f'{_GC}:637|"remove DeleteDependents finalizer for item" item="{{node}}"',
)
ADD_DEPENDENT = said(
    "I",
    2,
    f"{_GC}:595|adding {{dependent}} to attemptToDelete, because its owner {{node}} "
    "is deletingDependents",
    f'{_GC}:642|"adding dependent to attemptToDelete, because its owner is '
    'deletingDependents" item="{node}" dependent="{dependent}"',
)
NO_LONGER_IN_GRAPH = said(
    "I",
    5,
    f"{_GC}:314|item {{node}} no longer in the graph, skipping attemptToDeleteItem",
    f'{_GC}:330|"item no longer in the graph, skipping attemptToDeleteItem" '
    'item="{node}"',
)
NO_LONGER_VIRTUAL = said(
    "I",
    5,
    f"{_GC}:319|item {{node}} no longer virtual in the graph, skipping "
    "attemptToDeleteItem on virtual node",
    f'{_GC}:335|"item no longer virtual in the graph, skipping attemptToDeleteItem on '
    'virtual node" item="{node}"',
)
NOT_OBSERVED = said(
    "I",
    5,
    f"{_GC}:344|item {{node}} hasn't been observed via informer yet",
    f'{_GC}:360|"item hasn\'t been observed via informer yet" item="{{node}}"',
)
SYNC_ERROR = said(
    "E",
    0,
    f"{_GC}:338|error syncing item {{node}}: {{error}}",
    f'{_GC}:354|"error syncing item" err="{{error}}" item="{{node}}"',
)
MAPPING_ERROR_HIDDEN = said("I", 5, f"{_GC}:336|error syncing item {{node}}: {{error}}")
MAPPING_ERROR = said(
    "E",
    0,
    f"{_GC}:336|error syncing item {{node}}: {{error}}",
    f'{_GC}:352|"error syncing item" err="{{error}}" item="{{node}}"',
)
ORPHANED = said(
    "I",
    5,
    f"{_GC}:633|successfully updated all dependents of owner {{node}}",
    f'{_GC}:690|"successfully updated all dependents" owner="{{node}}"',
)
ORPHAN_FAILED = said(
    "E",
    0,
    f"{_GC}:665|orphanDependents for {{node}} failed with {{error}}",
    f"{_GC}:720|orphanDependents for {{node}} failed with {{error}}",
    handled=True,
)
ORPHAN_FINALIZER_FAILED = said(
    "E",
    0,
    f"{_GC}:672|removeOrphanFinalizer for {{node}} failed with {{error}}",
    f"{_GC}:727|removeOrphanFinalizer for {{node}} failed with {{error}}",
    handled=True,
)
FINALIZER_ALREADY_REMOVED = said(
    "I",
    5,
    "operations.go:115|the {finalizer} finalizer is already removed from object {node}",
    'operations.go:130|"finalizer already removed from object" item="{node}" '
    'finalizer="{finalizer}"',
)
