"""What is wrong with a source, counted, and told for the first few.

Issue: a dump that is broken stops the reading, unless the caller says to skip.
"""

import attrs

from gcmodel.errors import UsageError

LISTED_MAX = 20
LINE_MAX = 500
"""Characters of one complaint: file names and keys may be of any length."""


@attrs.frozen
class BadObject:
    """One object, or one stretch of a source, that could not be read.

    Attributes:
        line: File, place, value, rule and way out, in one line.
    """

    line: str

    def __str__(self) -> str:
        """Render as one line."""
        return self.line


@attrs.define
class BadObjects:
    """Stops at the first bad object, or counts all of them.

    * **Bounded**: the first twenty are kept, whatever comes.

    Attributes:
        skip: Count and go on.
    """

    skip: bool = False
    count: int = 0
    listed: list[BadObject] = attrs.field(factory=list)

    def add(self, error: UsageError) -> None:
        """Take notice of *error*.

        Raises:
            UsageError: It is not to be skipped.
        """
        line = one_line(error)
        if not self.skip:
            raise UsageError(line) from error
        self.count += 1
        if len(self.listed) < LISTED_MAX:
            self.listed.append(BadObject(line))


def one_line(error: object) -> str:
    """Return *error* on one line, and not without end."""
    text = " ".join(str(error).split())
    return text if len(text) <= LINE_MAX else f"{text[:LINE_MAX]}…"
