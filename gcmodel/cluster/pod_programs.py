"""What the programs in Pods are said to do, checked before anybody runs them.

Upstream: none
"""

from gcmodel.controllers.kubelet import EXITS_WITH, RUNS_FOR, exit_code
from gcmodel.errors import UsageError, shown
from gcmodel.kernel.durations import parse_duration
from gcmodel.objects.metadata import Json, KubeObject

_TEMPLATES = (("template",), ("jobTemplate", "spec", "template"))


def check_programs(wanted: KubeObject) -> None:
    """Refuse annotations of *wanted*, or of its Pod template, that say nothing.

    Raises:
        UsageError: ``gcmodel.dev/runs-for`` is no duration, or
            ``gcmodel.dev/exits-with`` no number from 0 to 255.
    """
    _check(wanted.metadata.annotations)
    for path in _TEMPLATES:
        found: object = wanted.spec
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        _check(_annotations(found))


def _annotations(template: object) -> Json:
    metadata = template.get("metadata") if isinstance(template, dict) else None
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _check(annotations: object) -> None:
    if not isinstance(annotations, dict):
        return
    if isinstance(said := annotations.get(RUNS_FOR), str):
        parse_duration(said, RUNS_FOR)
    said = annotations.get(EXITS_WITH)
    if isinstance(said, str) and exit_code(said) is None:
        raise UsageError(
            f"{EXITS_WITH}={shown(said)}: must be a whole number from 0 to 255; "
            "leave it out for 0"
        )
