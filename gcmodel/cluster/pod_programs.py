"""What the programs in Pods are said to do, checked before anybody runs them.

Upstream: none
"""

from gcmodel.controllers.kubelet import EXITS_WITH, RUNS_FOR, exit_code
from gcmodel.errors import UsageError, shown
from gcmodel.kernel.durations import parse_duration
from gcmodel.objects.metadata import Json

_PLACES = ((), ("spec", "template"), ("spec", "jobTemplate", "spec", "template"))


def check_programs(wire: object) -> None:
    """Refuse annotations of an object, or of its Pod template, that say nothing.

    Args:
        wire: An object or a patch of one, as sent; what is otherwise wrong with it is
            for the server to say.

    Raises:
        UsageError: ``gcmodel.dev/runs-for`` is no duration, or
            ``gcmodel.dev/exits-with`` no number from 0 to 255.
    """
    for path in _PLACES:
        found = wire
        for step in (*path, "metadata", "annotations"):
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, dict):
            _check(found)


def _check(annotations: Json) -> None:
    if isinstance(said := annotations.get(RUNS_FOR), str):
        parse_duration(said, RUNS_FOR)
    said = annotations.get(EXITS_WITH)
    if isinstance(said, str) and exit_code(said) is None:
        raise UsageError(
            f"{EXITS_WITH}={shown(said)}: must be a whole number from 0 to 255; "
            "leave it out for 0"
        )
