"""What the collector says as it starts, follows discovery and waits for its caches.

Upstream: the klog calls of pkg/controller/garbagecollector (garbagecollector.go,
graph_builder.go) and client-go tools/cache/shared_informer.go
"""

from gcmodel.garbagecollector.wording import said

_GC = "garbagecollector.go"
_GB = "graph_builder.go"
_SI = "shared_informer.go"

# Start and stop
STARTING = said(
    "I",
    0,
    f"{_GC}:142|Starting garbage collector controller",
    f'{_GC}:155|"Starting controller" controller="garbagecollector"',
)
BUILDER_RUNNING = said(
    "I",
    0,
    f"{_GB}:289|GraphBuilder running",
    f'{_GB}:336|"Running" component="GraphBuilder"',
)
PROCEEDING = said(
    "I",
    0,
    f"{_GC}:151|Garbage collector: all resource monitors have synced. "
    "Proceeding to collect garbage",
    f'{_GC}:165|"All resource monitors have synced. Proceeding to collect garbage"',
)
ALL_SYNCED = said(
    "I",
    0,
    f"{_GC}:168|Garbage collector: all resource monitors have synced",
    f'{_GC}:168|"Garbage collector: all resource monitors have synced"',
)
PROCEEDING_ANYWAYS = said(
    "I",
    0,
    f"{_GC}:166|Garbage collector: not all resource monitors could be synced, "
    "proceeding anyways",
    f'{_GC}:166|"Garbage collector: not all resource monitors could be synced, '
    'proceeding anyways"',
)
PROCEEDING_TOLERANT = said(
    "I",
    0,
    f"{_GC}:171|Proceeding to collect garbage",
    f'{_GC}:171|"Proceeding to collect garbage"',
)

# Waiting for caches
WAITING = said(
    "I",
    0,
    f"{_SI}:240|Waiting for caches to sync for garbage collector",
    f"{_SI}:313|Waiting for caches to sync for garbage collector",
)
SYNCED_CACHES = said(
    "I",
    0,
    f"{_SI}:247|Caches are synced for garbage collector ",
    f"{_SI}:320|Caches are synced for garbage collector",
)
UNSYNCED_CACHES = said(
    "E",
    0,
    f"{_SI}:243|unable to sync caches for garbage collector",
    f"{_SI}:316|unable to sync caches for garbage collector",
    handled=True,
)
STOP_REQUESTED = said("I", 2, f"{_SI}:266|stop requested")
CACHES_POPULATED = said("I", 4, f"{_SI}:270|caches populated")
NO_MONITORS = said(
    "I",
    4,
    f"{_GB}:273|garbage controller monitor not synced: no monitors",
    f'{_GB}:317|"garbage controller monitor not synced: no monitors"',
)
NOT_YET_SYNCED = said(
    "I",
    4,
    f"{_GB}:279|garbage controller monitor not yet synced: {{resource}}",
    f'{_GB}:323|"garbage controller monitor not yet synced" resource="{{resource}}"',
)

# Sync
NO_RESOURCES = said(
    "I",
    2,
    f"{_GC}:182|no resources reported by discovery, skipping garbage collector sync",
    f'{_GC}:195|"no resources reported by discovery, skipping garbage collector sync"',
)
NO_RESOURCES_AGAIN = said(
    "I",
    2,
    f"{_GC}:206|no resources reported by discovery (attempt {{attempt}})",
    f'{_GC}:222|"no resources reported by discovery" attempt={{attempt}}',
)
NO_UPDATES = said(
    "I",
    5,
    f"{_GC}:190|no resource updates from discovery, skipping garbage collector sync",
    f'{_GC}:208|"no resource updates from discovery, skipping garbage collector sync"',
)
SYNCING = said(
    "I",
    2,
    f"{_GC}:213|syncing garbage collector with updated resources from discovery "
    "(attempt {attempt}): {diff}",
    f'{_GC}:232|"syncing garbage collector with updated resources from discovery" '
    'attempt={attempt} diff="{diff}"',
)
SYNCING_TOLERANT = said(
    "I",
    2,
    f"{_GC}:232|syncing garbage collector with updated resources from discovery: "
    "{diff}",
    f'{_GC}:217|"syncing garbage collector with updated resources from discovery" '
    'diff="{diff}"',
)
RESET_MAPPER = said(
    "I", 4, f"{_GC}:219|reset restmapper", f'{_GC}:238|"reset restmapper"'
)
RESYNCED = said(
    "I", 4, f"{_GC}:234|resynced monitors", f'{_GC}:252|"resynced monitors"'
)
RESYNC_FAILED = said(
    "E",
    0,
    f"{_GC}:229|failed to sync resource monitors (attempt {{attempt}}): {{error}}",
    f"{_GC}:247|failed to sync resource monitors (attempt {{attempt}}): {{error}}",
    handled=True,
)
RESYNC_FAILED_TOLERANT = said(
    "E",
    0,
    f"{_GC}:229|failed to sync resource monitors: {{error}}",
    f"{_GC}:229|failed to sync resource monitors: {{error}}",
    handled=True,
)
TIMED_OUT = said(
    "E",
    0,
    f"{_GC}:242|timed out waiting for dependency graph builder sync during GC sync "
    "(attempt {attempt})",
    f"{_GC}:268|timed out waiting for dependency graph builder sync during GC sync "
    "(attempt {attempt})",
    handled=True,
)
TIMED_OUT_TOLERANT = said(
    "E",
    0,
    f"{_GC}:236|timed out waiting for dependency graph builder sync during GC sync",
    f"{_GC}:236|timed out waiting for dependency graph builder sync during GC sync",
    handled=True,
)
SYNCED = said(
    "I",
    2,
    f"{_GC}:254|synced garbage collector",
    f'{_GC}:280|"synced garbage collector"',
)
GROUPS_FAILED_W = said("W", 0, f"{_GC}:703|failed to discover some groups: {{groups}}")
GROUPS_FAILED_I = said(
    "I",
    0,
    f"{_GC}:808|failed to discover some groups: {{groups}}",
    f'{_GC}:808|"failed to discover some groups" groups="{{groups}}"',
)
DISCOVERY_FAILED_W = said(
    "W", 0, f"{_GC}:705|failed to discover preferred resources: {{error}}"
)
DISCOVERY_FAILED_I = said(
    "I",
    0,
    f"{_GC}:810|failed to discover preferred resources: {{error}}",
    f'{_GC}:810|"failed to discover preferred resources" error="{{error}}"',
)

INVALID_RESOURCE = said(
    "I",
    0,
    f"{_GC}:716|ignoring invalid discovered resource {{version}}: unexpected "
    "GroupVersion string: {version}",
    f'{_GC}:826|"ignoring invalid discovered resource" groupversion="{{version}}" '
    'error="unexpected GroupVersion string: {version}"',
)

# Monitors
USING_INFORMER = said(
    "I",
    4,
    f'{_GB}:174|using a shared informer for resource "{{resource}}", kind "{{kind}}"',
    f'{_GB}:205|"using a shared informer" resource="{{resource}}" kind="{{kind}}"',
)
SYNCED_MONITORS = said(
    "I",
    4,
    f"{_GB}:229|synced monitors; added {{added}}, kept {{kept}}, removed {{removed}}",
    f'{_GB}:265|"synced monitors" added={{added}} kept={{kept}} removed={{removed}}',
)
STARTED_MONITORS = said(
    "I",
    4,
    f"{_GB}:261|started {{new}} new monitors, {{current}} currently running",
    f'{_GB}:300|"started new monitors" new={{new}} current={{current}}',
)
