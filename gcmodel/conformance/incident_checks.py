"""One comparison of the model with a record, and the names both sides share."""

import re
from collections.abc import Iterator
from typing import Any

import attrs

from gcmodel.kernel.trace import TraceRecord
from gcmodel.objects.metadata import Json

KINDS = (
    "objects",
    "attempts",
    "gaps",
    "idle passes",
    "log lines",
    "calls",
    "graph events",
    "queue metrics",
)


@attrs.frozen
class Check:
    """Something that was recorded, and what the model shows in its place."""

    kind: str
    step: str
    what: str
    expected: Any
    got: Any
    agrees: bool

    def to_dict(self) -> Json:
        """Render a disagreement."""
        return {
            "evidence": self.kind,
            "step": self.step,
            "what": self.what,
            "expected": self.expected,
            "got": self.got,
        }

    def lines(self) -> Iterator[str]:
        """Walk the lines of a readable diff."""
        yield f"{self.kind}: step {self.step}: {self.what}"
        yield f"  - recorded {self.expected}"
        yield f"  + model    {self.got}"


def equal(kind: str, step: str, what: str, expected: Any, got: Any) -> Check:
    """Compare exactly."""
    return Check(kind, step, what, expected, got, expected == got)


def close(
    kind: str, step: str, what: str, pair: tuple[float, float], tolerance: float
) -> Check:
    """Compare two numbers, recorded and model, that may differ by *tolerance*."""
    expected, got = pair
    agrees = abs(expected - got) <= tolerance
    return Check(kind, step, what, round(expected, 3), round(got, 3), agrees)


_SYMBOLS = {
    "deployments.apps": "D",
    "replicasets.apps": "R",
    "pods": "P",
    "configmaps": "C",
    "apiservices.apiregistration.k8s.io": "A",
    "namespaces": "N",
}
_SYSTEM = ("kube-system", "kube-public", "kube-node-lease")
_POD_NAME = re.compile(r"\b([a-z0-9.-]+-[bcdf0-9]{7,10})-[a-z0-9]{5}\b")
_BUILT_IN_APISERVICE = re.compile(r"^v[0-9a-z]+\.(?!ext\.cattle\.io)")


class Symbols:
    """Replaces uids by the symbols of the record: a letter and a number in order.

    The endings of Pod names, which are chance on both sides, become a star.
    """

    def __init__(self, records: tuple[TraceRecord, ...], never_existed: str) -> None:
        """Number every object in the order in which the store took it in."""
        self._symbols: dict[str, str] = {never_existed: "X1"}
        counts = dict.fromkeys(_SYMBOLS.values(), 0)
        for record in records:
            fields = record.fields
            if record.what != "store.write" or fields["event"] != "ADDED":
                continue
            letter = _SYMBOLS.get(fields["resource"])
            if letter is None or _is_brought(fields["key"]):
                continue
            counts[letter] += 1
            self._symbols[fields["uid"]] = f"{letter}{counts[letter]}"
        pattern = "|".join(map(re.escape, self._symbols))
        self._pattern = re.compile(pattern)

    def of(self, uid: str) -> str:
        """Return the symbol of *uid*."""
        return self._symbols.get(uid, "U")

    def in_text(self, text: str) -> str:
        """Return *text* with symbols for uids and stars for what is chance."""
        return plain(self._pattern.sub(lambda found: self.of(found.group()), text))


def plain(text: str) -> str:
    """Return *text* with stars for what is chance: name endings and durations."""
    text = _POD_NAME.sub(r"\1-*", text)
    return re.sub(r"\((\d[0-9hms.µn]*)\)", "(*)", text)


def _is_brought(key: str) -> bool:
    namespace, _, name = key.rpartition("/")
    return (
        namespace in _SYSTEM
        or key in _SYSTEM
        or (not namespace and bool(_BUILT_IN_APISERVICE.match(name)))
    )
