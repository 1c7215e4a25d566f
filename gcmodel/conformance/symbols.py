"""What programs say in place of values that differ from run to run."""

import re
from collections.abc import Mapping
from typing import Any

import attrs

from gcmodel.kernel.choices import Choices
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import KubeObject

SYMBOL = re.compile(r"([@!])([\w-]+)(?:#(\d+)|\.(rv0?))?")
VERSION = "<rv>"
_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_POINTER = re.compile(r"\(0x[0-9a-f]+\)")
_SHOWN_VERSION = re.compile(
    r"(ResourceVersion in (?:the )?(?:precondition|record|object meta)(?: \(|: ))(\d+)"
)
_LITERAL_VERSION = "1"


@attrs.define(eq=False)
class Symbols:
    """Turns symbols into values before a step, and values into symbols after it.

    * **One to one**: the same symbol stands for the same value for the whole run.

    Attributes:
        choices: Where made-up uids come from.
    """

    choices: Choices
    incarnations: dict[str, list[Uid]] = attrs.field(factory=dict, init=False)
    """The uids of each handle, oldest first."""
    _made_up: dict[str, Uid] = attrs.field(factory=dict, init=False)
    _names: dict[str, str] = attrs.field(factory=dict, init=False)
    _first_versions: dict[str, str] = attrs.field(factory=dict, init=False)

    @property
    def known_uids(self) -> Mapping[str, str]:
        """Every uid that a symbol stands for, and that symbol."""
        return self._names

    def created(self, handle: str, stored: KubeObject) -> None:
        """Note a new incarnation of *handle*."""
        uids = self.incarnations.setdefault(handle, [])
        uids.append(stored.uid)
        self._names[stored.uid] = f"@{handle}#{len(uids)}"
        self._first_versions[handle] = stored.metadata.resource_version

    # Before a step

    def resolve(self, value: Any, versions: Mapping[str, str]) -> Any:
        """Return *value* with every symbol in it replaced.

        Args:
            value: JSON.
            versions: The resource version of each handle, just before the step.
        """
        if isinstance(value, str):
            return self._resolve_text(value, versions)
        if isinstance(value, list):
            return [self.resolve(one, versions) for one in value]
        if isinstance(value, dict):
            return {key: self.resolve(one, versions) for key, one in value.items()}
        return value

    def _resolve_text(self, text: str, versions: Mapping[str, str]) -> str:
        found = SYMBOL.fullmatch(text)
        if found is None:
            return text
        mark, name, number, version = found.groups()
        if mark == "!":
            return self._make_up(name)
        if version == "rv":
            return versions.get(name, _LITERAL_VERSION)
        if version == "rv0":
            return self._first_versions.get(name, _LITERAL_VERSION)
        uids = self.incarnations.get(name, [])
        index = int(number) - 1 if number else len(uids) - 1
        return uids[index] if 0 <= index < len(uids) else self._make_up(name)

    def _make_up(self, name: str) -> Uid:
        if name not in self._made_up:
            uid = Uid(self.choices.uuid("made-up-uid"))
            self._made_up[name] = uid
            self._names[uid] = f"!{name}"
        return self._made_up[name]

    # After a step

    def uid(self, uid: str) -> str:
        """Return the symbol of *uid*, or *uid* if it has none."""
        return self._names.get(uid, uid)

    def text(self, text: str) -> str:
        """Return a message with symbols for uids, versions and addresses."""
        text = _UID.sub(lambda found: self.uid(found[0]), text)
        text = _POINTER.sub("(<ptr>)", text)
        return _SHOWN_VERSION.sub(_version_symbol, text)

    def json(self, value: Any) -> Any:
        """Return JSON with symbols for uids and resource versions."""
        if isinstance(value, str):
            return self.uid(value)
        if isinstance(value, list | tuple):
            return [self.json(one) for one in value]
        if isinstance(value, dict):
            return {
                key: VERSION if key == "resourceVersion" else self.json(one)
                for key, one in value.items()
            }
        return value


def _version_symbol(found: re.Match[str]) -> str:
    before, version = found.groups()
    return found[0] if version == _LITERAL_VERSION else f"{before}{VERSION}"
