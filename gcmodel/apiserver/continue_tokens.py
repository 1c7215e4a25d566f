"""Continue tokens: where the next page of a list starts, and at which revision.

Upstream: ``EncodeContinue`` and ``DecodeContinue`` in apiserver
pkg/storage/continue.go; ``interpretListError`` in pkg/storage/etcd3/store.go
"""

import base64
import json

import attrs

from gcmodel.apiserver import answers
from gcmodel.errors import ApiError

TOKEN_VERSION = "meta.k8s.io/v1"  # noqa: S105  (an API version, no secret)
LATEST = -1
"""The revision of a token that continues with whatever is stored then."""

EXPIRED_LIST = (
    "The provided continue parameter is too old to display a consistent list result. "
    "You can start a new list without the continue parameter, or use the continue "
    "token in this response to retrieve the remainder of the results. Continuing with "
    "the provided token results in an inconsistent list - objects that were created, "
    "modified, or deleted between the time the first chunk was returned and now may "
    "show up in the list."
)


@attrs.frozen
class ContinueToken:
    """Where a list goes on.

    Attributes:
        revision: The state that all pages show, or ``LATEST``.
        after: The last key that has been shown, below the prefix of the list.
    """

    revision: int
    after: str

    def __str__(self) -> str:
        """Render as clients pass it back."""
        start = f"{self.after}\u0000"
        wire = {"v": TOKEN_VERSION, "rv": self.revision, "start": start}
        text = json.dumps(wire, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    @classmethod
    def parse(cls, token: str) -> "ContinueToken":
        """Read a token.

        Raises:
            BadRequestError: It is none.
        """
        try:
            padded = token + "=" * (-len(token) % 4)
            wire = json.loads(base64.urlsafe_b64decode(padded))
            version, revision = wire["v"], int(wire["rv"])
            start = str(wire["start"])
        except (ValueError, KeyError, TypeError) as error:
            raise _invalid("") from error
        if version != TOKEN_VERSION:
            shown = json.dumps(version)
            raise _invalid(f"server does not recognize this encoded version {shown}")
        if not revision:
            detail = f"incorrect encoded start resourceVersion (version {version})"
            raise _invalid(detail)
        if not start:
            raise _invalid(f"encoded start key empty (version {version})")
        return cls(revision, start.rstrip("\u0000"))

    def expired(self) -> ApiError:
        """Return the 410 that offers to go on, though not consistently."""
        error = answers.expired(EXPIRED_LIST)
        details = {"continue": str(ContinueToken(LATEST, self.after))}
        return type(error)(attrs.evolve(error.status, details=details))


def _invalid(why: str) -> ApiError:
    detail = f": {why}" if why else ""
    return answers.bad_request(
        f"invalid continue token: continue key is not valid{detail}"
    )
