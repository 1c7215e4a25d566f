"""The answer to a list request."""

import attrs

from gcmodel.objects.metadata import KubeObject


@attrs.frozen
class ObjectList:
    """Objects in key order, and the revision that they show.

    Attributes:
        continue_token: Where the next page starts; empty on the last page.
        remaining: How many objects follow, if the server says so.
    """

    items: tuple[KubeObject, ...]
    resource_version: str
    continue_token: str = ""
    remaining: int | None = None
