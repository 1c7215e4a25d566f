"""What a reflector says, worded as each version words it.

Upstream: client-go tools/cache/reflector.go
"""

import attrs

from gcmodel.errors import ApiError, ExpiredError, TooManyRequestsError
from gcmodel.kernel.durations import format_duration
from gcmodel.kernel.log import Message, Wording
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.versions.profile import Profile

_NAMES = {
    "printf": "k8s.io/client-go/metadata/metadatainformer/informer.go:90",
    "structured": "k8s.io/client-go/metadata/metadatainformer/informer.go:138",
    "unhandled": "k8s.io/client-go/metadata/metadatainformer/informer.go:138",
}
"""What reflectors of the metadata client call themselves."""

_TYPED_NAMES = {
    "printf": "k8s.io/client-go/informers/factory.go:134",
    "structured": "k8s.io/client-go/informers/factory.go:150",
    "unhandled": "k8s.io/client-go/informers/factory.go:160",
}
"""And those of the typed client."""

METADATA_TYPE = "*v1.PartialObjectMetadata"

STARTING = Message(
    "I",
    2,
    Wording("reflector.go:219", "Starting reflector {type} ({resync}) from {name}"),
    Wording("reflector.go:289", "Starting reflector {type} ({resync}) from {name}"),
    structured_v=3,
)
LISTING = Message(
    "I",
    3,
    Wording("reflector.go:255", "Listing and watching {type} from {name}"),
    Wording("reflector.go:325", "Listing and watching {type} from {name}"),
)
POPULATED = Message(
    "I", 2, Wording("reflector.go:351", "Caches populated for {type} from {name}")
)
"""Since 1.27."""
LIST_WARNING = Message(
    "W",
    0,
    Wording("reflector.go:324", "{name}: failed to list {type}: {error}"),
    Wording("reflector.go:561", "{name}: failed to list {type}: {error}"),
)
LIST_FAILED = Message(
    "E",
    0,
    Wording(
        "reflector.go:138",
        "{name}: Failed to watch {type}: failed to list {type}: {error}",
    ),
    Wording(
        "reflector.go:158",
        "{name}: Failed to watch {type}: failed to list {type}: {error}",
    ),
    handled=True,
)
WATCH_FAILED = Message(
    "E",
    0,
    Wording("reflector.go:138", "{name}: Failed to watch {type}: {error}"),
    Wording("reflector.go:158", "{name}: Failed to watch {type}: {error}"),
    handled=True,
)
WATCH_ENDED = Message(
    "W",
    0,
    Wording("reflector.go:436", "{name}: watch of {type} ended with: {error}"),
    Wording("reflector.go:470", "{name}: watch of {type} ended with: {error}"),
)
WATCH_EXPIRED = Message(
    "I",
    4,
    Wording("reflector.go:432", "{name}: watch of {type} closed with: {error}"),
    Wording("reflector.go:466", "{name}: watch of {type} closed with: {error}"),
)
WATCH_THROTTLED = Message(
    "I",
    2,
    Wording("reflector.go:434", "{name}: watch of {type} returned 429 - backing off"),
    Wording("reflector.go:468", "{name}: watch of {type} returned 429 - backing off"),
)
WATCH_CLOSED = Message(
    "I",
    4,
    Wording(
        "reflector.go:530", "{name}: Watch close - {type} total {events} items received"
    ),
    Wording(
        "reflector.go:800", "{name}: Watch close - {type} total {events} items received"
    ),
)
WATCH_LIST_FAILED = Message(
    "E",
    0,
    Wording(
        "reflector.go:380",
        '"The watchlist request ended with an error, falling back to the standard '
        "LIST/WATCH semantics because making progress is better than deadlocking"
        '" err="{error}"',
    ),
)


@attrs.frozen
class ReflectorLog:
    """Says what one reflector does."""

    scheduler: Scheduler
    profile: Profile
    type_name: str
    resync_ns: int

    @property
    def _name(self) -> str:
        metadata = self.type_name == METADATA_TYPE
        return (_NAMES if metadata else _TYPED_NAMES)[self.profile.log_style]

    def starting(self) -> None:
        """It begins."""
        self._say(STARTING, resync=format_duration(self.resync_ns))

    def listing(self) -> None:
        """It is about to list."""
        self._say(LISTING)

    def populated(self) -> None:
        """What it listed is on its way into the cache."""
        if self.profile.log_style != "printf":
            self._say(POPULATED)

    def list_failed(self, error: ApiError) -> None:
        """The list brought nothing."""
        if self.profile.reflector_warns_on_list:
            self._say(LIST_WARNING, error=error)
        self._say(LIST_FAILED, error=error)

    def watch_failed(self, error: ApiError) -> None:
        """The watch could not be opened."""
        expired = isinstance(error, ExpiredError)
        self._say(WATCH_EXPIRED if expired else WATCH_FAILED, error=error)

    def watch_ended(self, error: ApiError) -> None:
        """The server ended the watch with an error event."""
        match error:
            case ExpiredError():
                self._say(WATCH_EXPIRED, error=error)
            case TooManyRequestsError():
                self._say(WATCH_THROTTLED)
            case _:
                self._say(WATCH_ENDED, error=error)

    def very_short_watch(self) -> None:
        """The watch ended at once and empty, which counts as an error."""
        text = (
            f"very short watch: {self._name}: Unexpected watch close - watch lasted "
            "less than a second and no items received"
        )
        self._say(WATCH_ENDED, error=text)

    def watch_closed(self, events: int) -> None:
        """The watch ran out; the next one follows."""
        self._say(WATCH_CLOSED, events=events)

    def watch_list_failed(self, error: ApiError) -> None:
        """The first state could not be had as a watch."""
        self._say(WATCH_LIST_FAILED, error=error)

    def _say(self, message: Message, **fields: object) -> None:
        style = self.profile.log_style
        message.log(
            self.scheduler, style, type=self.type_name, name=self._name, **fields
        )
