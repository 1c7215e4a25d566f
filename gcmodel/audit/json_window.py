"""A stretch of JSON text that moves through a source, as values are taken from it.

Issue: memory does not grow with the size of the bad part.
"""

import codecs
import json
import re
from typing import Any

import attrs

from gcmodel.audit.chunks import OBJECT_MAX, Chunks
from gcmodel.audit.json_decoding import DECODER, problem_of
from gcmodel.errors import UsageError
from gcmodel.objects.places import Place, shown

_SPACE = re.compile(r"[ \t\r\n]*")
_ENDING = re.compile(r'["{}\[\],]')
_BRACKETS = re.compile(r'"|[{\[]+|[}\]]+')
_IN_STRING = re.compile(r'["\\]')
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")
_NEAR_END = 16
"""A word or an escape that is cut off begins so near the end of what was read."""

CUT_OFF = "is cut off: the source ends inside it; copy or dump it again"


@attrs.define
class JsonWindow:
    """Text to take JSON values from.

    * **Bounded**: holds one value and one chunk, and no value larger than an object
      may be.

    Attributes:
        at: Where in *text* the next value begins.
        base: How many bytes of the source came before *text*.
    """

    chunks: Chunks
    text: str = ""
    at: int = 0
    base: int = 0
    ended: bool = False
    _counted: tuple[int, int] = (0, 0)
    _decoder: Any = attrs.field(
        factory=lambda: codecs.getincrementaldecoder("utf-8")("surrogateescape")
    )

    @property
    def offset(self) -> int:
        """How many bytes of the source came before the next value."""
        return self.offset_of(self.at)

    def offset_of(self, position: int) -> int:
        """Return how many bytes of the source came before *position* in the text."""
        if self.text.isascii():
            return self.base + position
        # Counted from the last position asked for, or each item would count them all.
        begin, offset = self._counted if self._counted[0] <= position else (0, 0)
        offset += _bytes_in(self.text[begin:position])
        self._counted = (position, offset)
        return self.base + offset

    def more(self, size: int = 0) -> bool:
        """Read on, and drop what was taken; return whether there was more."""
        if self.ended:
            return False
        octets = self.chunks.read(size)
        if not octets:
            self.ended = True
            rest = self._decoder.decode(b"", final=True)
            self.text += rest
            return bool(rest)
        self.base = self.offset
        self.text = self.text[self.at :] + self._decoder.decode(octets)
        self.at, self._counted = 0, (0, 0)
        return True

    def peek(self) -> str:
        """Pass over blanks; return the next character, or nothing at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self, wanted: str, place: Place) -> str:
        """Take one of the characters *wanted*.

        Raises:
            UsageError: Another comes, or none.
        """
        found = self.peek()
        if not found:
            raise place.error(CUT_OFF)
        if found not in wanted:
            rest = shown(self.text[self.at : self.at + 20])
            raise place.error(
                f"is not JSON: {rest} at byte {self.offset}, must be "
                f"{' or '.join(wanted)}; check quotes, commas and brackets there"
            )
        self.at += 1
        return found

    def value(self, place: Place) -> Any:
        """Take the next value.

        Raises:
            UsageError: It is none, or larger than any object; it was not taken.
        """
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if self._may_go_on(error, place):
                    continue
                raise self._error(error, place) from error
            except (RecursionError, ValueError) as error:
                raise self._error(error, place) from error
            # A number may go on in the next chunk.
            closed = end < len(self.text) or isinstance(value, dict | list | str)
            if closed or not self.more():
                break
        if not self.text.isascii():
            self._check_utf_8(end, place)
        self.at = end
        return value

    def _may_go_on(self, error: json.JSONDecodeError, place: Place) -> bool:
        """Read on if the value goes on after what was read; return whether it does."""
        held = len(self.text) - self.at
        unterminated = error.msg.startswith("Unterminated")
        if not unterminated and error.pos < len(self.text) - _NEAR_END:
            return False
        if held > OBJECT_MAX:
            raise place.error(
                f"has more than {OBJECT_MAX >> 20} MiB: no object of Kubernetes is so "
                "large; take it out"
            )
        # Twice as much each time, so that no value is begun too often.
        return self.more(max(held, self.chunks.size))

    def _error(self, error: Exception, place: Place) -> UsageError:
        if not isinstance(error, json.JSONDecodeError):
            return place.error(problem_of(error))
        at = self.offset_of(error.pos)
        if self.ended and error.pos >= len(self.text.rstrip()):
            return place.error(CUT_OFF)
        if self.ended and error.msg.startswith("Unterminated"):
            return place.error(CUT_OFF)
        return place.error(f"{problem_of(error)} (byte {at})")

    def _check_utf_8(self, end: int, place: Place) -> None:
        found = _NOT_UTF_8.search(self.text, self.at, end)
        if found:
            octet = f"0x{ord(found.group()) - 0xDC00:02x}"
            where = self.offset_of(found.start())
            self.at = end
            raise place.error(
                f"holds the byte {octet} (byte {where}): not UTF-8; save it as UTF-8"
            )

    def skip_value(self) -> None:
        """Pass over a broken value: up to the comma or bracket that ends it."""
        depth = 0
        while True:
            found = (_BRACKETS if depth else _ENDING).search(self.text, self.at)
            if found is None:
                self.at = len(self.text)
                if not self.more():
                    return
                continue
            bracket, count = found.group()[0], len(found.group())
            if bracket in ",]}" and count > depth:
                self.at = found.start() + depth
                return
            self.at = found.end()
            if bracket == '"':
                self._skip_string()
            else:
                depth += count if bracket in "{[" else -count

    def _skip_string(self) -> None:
        while True:
            found = _IN_STRING.search(self.text, self.at)
            if found is None:
                self.at = len(self.text)
                if not self.more():
                    return
            elif found.group() == '"':
                self.at = found.end()
                return
            elif found.end() < len(self.text) or self.more():
                # What comes after a backslash says nothing.
                found = _IN_STRING.search(self.text, self.at)
                self.at = (found.end() if found else self.at) + 1
            else:
                return

    def skip_to_line(self) -> None:
        """Pass over what is broken: up to the next line that begins with a brace."""
        self.at += 1
        while True:
            found = self.text.find("\n{", max(self.at - 1, 0))
            if found >= 0:
                self.at = found + 1
                return
            self.at = max(self.at, len(self.text) - 1)
            if not self.more():
                self.at = len(self.text)
                return


def _bytes_in(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
