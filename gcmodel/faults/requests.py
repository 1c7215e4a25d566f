"""What a fault can tell requests apart by, and whether a request fits."""

import re

import attrs

from gcmodel.faults.kinds import ANY, Match
from gcmodel.objects.identity import GroupResource


@attrs.frozen(kw_only=True)
class RequestFacts:
    """What can be known of a request without reading its body."""

    verb: str
    resource: GroupResource
    namespace: str = ""
    name: str = ""
    user: str = ""
    path: str = ""


def matches(match: Match, facts: RequestFacts) -> bool:
    """Whether *match* fits the request."""
    return (
        facts.verb in match.verb
        and _fits(match.resource.resource, facts.resource.resource)
        and _fits(match.resource.group, facts.resource.group)
        and _fits(match.namespace, facts.namespace)
        and _fits(match.name, facts.name)
        and _fits(match.user, facts.user)
        and _fits(match.path, facts.path)
    )


def _fits(pattern: str, value: str) -> bool:
    if pattern in (ANY, value):
        return True
    if ANY not in pattern:
        return False
    parts = (re.escape(part) for part in pattern.split(ANY))
    return re.fullmatch(".*".join(parts), value) is not None
