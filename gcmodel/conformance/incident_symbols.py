"""Names that differ from run to run, replaced by what they stand for."""

import re
from collections import Counter
from typing import Any

import attrs

from gcmodel.kernel.trace import TraceRecord
from gcmodel.objects.metadata import Json

_LETTERS = {
    "deployments.apps": "D",
    "replicasets.apps": "R",
    "pods": "P",
    "configmaps": "C",
    "namespaces": "N",
    "apiservices.apiregistration.k8s.io": "A",
}
_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RANDOM = "[bcdfghjklmnpqrstvwxz2456789]"
_POD = re.compile(rf"\b([a-z0-9-]+-{_RANDOM}{{6,10}})-{_RANDOM}{{5}}\b")
_MASKS = (
    (_POD, r"\1-?????"),
    (re.compile(r"\((?:\d+h)?(?:\d+m)?[\d.]+(?:ns|µs|us|ms|s)\)"), "(…)"),
    (re.compile(r"stream ID \d+"), "stream ID …"),
    (re.compile(r"https://[^/\"]+(?=/apis/[^\"]*timeout=)"), "https://…"),
    (re.compile(r"(?<=request did not complete within )[\w ]+"), "…"),
    (re.compile(r"\b(localhost|127\.0\.0\.1):(?:<port>|\d+)"), r"\1:…"),
    (re.compile(r"""("resourceVersion": )"\d+\""""), r'\1"…"'),
)


def masked(text: str) -> str:
    """Return *text* without random endings, durations, ports and the like."""
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text


@attrs.define(eq=False)
class SymbolTable:
    """Gives each object a symbol in order of creation: ``D1``, ``R1`` and so on.

    Attributes:
        left_out: Namespaces whose objects get none.
    """

    left_out: frozenset[str]
    _symbols: dict[str, str] = attrs.field(factory=dict, init=False)
    _counts: Counter[str] = attrs.field(factory=Counter, init=False)

    def name(self, uid: str, symbol: str) -> None:
        """Let *symbol* stand for *uid*."""
        self._symbols[uid] = symbol

    def note(self, record: TraceRecord) -> None:
        """Give a symbol to an object that *record* says was created."""
        fields = record.fields
        letter = _LETTERS.get(fields["resource"])
        namespace = str(fields["key"]).rpartition("/")[0]
        known = fields["uid"] in self._symbols
        if fields["event"] != "ADDED" or letter is None or known:
            return
        if letter == "A" and record.at_ns == 0:
            return
        if namespace not in self.left_out:
            self._counts[letter] += 1
            self.name(fields["uid"], f"{letter}{self._counts[letter]}")

    def text(self, text: str) -> str:
        """Return *text* with every uid replaced."""
        return _UID.sub(lambda found: self._symbols.get(found[0], "U"), text)

    def json(self, value: Any) -> Any:
        """Return *value* likewise."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {key: self.json(one) for key, one in value.items()}
            case list() | tuple():
                return [self.json(one) for one in value]
            case _:
                return value


def shortened(diff: str) -> str:
    """Return a diff of resources with its long lists shortened to a count."""
    return re.sub(r"\[([^\[\]]*)\]", _counted, diff)


def _counted(found: re.Match[str]) -> str:
    count = found[1].count("Resource=")
    return f"[{count} resources]" if count > 5 else found[0]  # noqa: PLR2004


def without_time(line: Json) -> Json:
    """Return *line* without when it was seen."""
    return {key: value for key, value in line.items() if key not in ("t", "ms")}
