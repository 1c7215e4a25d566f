"""Checks of what callers pass: each refusal names the value, the rule and a way out."""

from collections.abc import Iterable
from difflib import get_close_matches
from inspect import signature
from typing import TypeAlias

from gcmodel.apiserver.resources import ResourceType
from gcmodel.errors import UsageError, shown
from gcmodel.faults.kinds import ANY, Fault, StoredFault
from gcmodel.faults.text import fault_text

Resources: TypeAlias = Iterable[ResourceType]


def check_whole(
    name: str, value: object, lowest: int = 0, highest: int | None = None
) -> None:
    """Refuse what is no whole number between two bounds.

    Raises:
        UsageError: It is none.
    """
    fits = (
        isinstance(value, int)
        and not isinstance(value, bool)
        and value >= lowest
        and (highest is None or value <= highest)
    )
    if not fits:
        end = " or more" if highest is None else f" to {highest}"
        raise UsageError(
            f"{name}={shown(value)}: must be a whole number, {lowest}{end}; "
            "leave it out for the default"
        )


def check_switch(name: str, value: object) -> None:
    """Refuse what is neither True nor False.

    Raises:
        UsageError: It is neither.
    """
    if not isinstance(value, bool):
        raise UsageError(
            f"{name}={shown(value)}: must be True or False; "
            "leave it out for the default"
        )


def check_type(name: str, value: object, wanted: type, way_out: str) -> None:
    """Refuse what is not of the type *wanted*.

    Raises:
        UsageError: It is not.
    """
    if not isinstance(value, wanted):
        raise UsageError(
            f"{name}={shown(value)}: must be of type {wanted.__name__}; {way_out}"
        )


def check_texts(**values: object) -> None:
    """Refuse values, by the names of their arguments, that are no texts.

    Raises:
        UsageError: One is none.
    """
    for name, value in values.items():
        if not isinstance(value, str):
            raise UsageError(
                f"{name}={shown(value)}: must be a text; such as {EXAMPLES[name]}"
            )


def check_namespace(namespace: str, kind: str, *, namespaced: bool) -> None:
    """Refuse a namespace that can hold nothing of *kind*.

    Raises:
        UsageError: It is no name, or the kind lives in no namespace.
    """
    if "/" in namespace or not namespace.isprintable():
        raise UsageError(
            f"namespace={shown(namespace)}: must be the name of a namespace; "
            f"such as {EXAMPLES['namespace']}"
        )
    if namespace and not namespaced:
        raise UsageError(
            f"namespace={shown(namespace)}: {kind} is cluster-scoped and lives in no "
            "namespace; leave it out"
        )


def check_target(fault: Fault | StoredFault, known: Resources) -> None:
    """Refuse a fault on a core resource that there is not, or not in that group.

    Resources of other groups may come with a definition, but none of the core group.

    Raises:
        UsageError: It is one.
    """
    if not isinstance(fault, Fault) or fault.match.resource.group:
        return
    plural = fault.match.resource.resource.partition("/")[0]
    core = [one.plural for one in known if not one.group]
    if plural in core or ANY in plural:
        return
    groups = sorted({one.group for one in known if one.plural == plural})
    if groups:
        way_out = f"write {', '.join(f'{plural}.{one}' for one in groups)}"
    else:
        way_out = close_to(plural, core) or "correct it, or add its group after a dot"
    raise UsageError(
        f"fault {fault_text(fault)!r}: {plural} is not in the core group and would "
        f"never be struck; {way_out.strip()}"
    )


def check_condition(met: object) -> None:
    """Refuse what cannot be asked without arguments.

    Raises:
        UsageError: It cannot.
    """
    try:
        signature(met).bind()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise UsageError(
            f"met={shown(met)}: must be a function without arguments; for a fixed "
            "time use run()"
        ) from None


def close_to(name: str, known: Iterable[str]) -> str:
    """Return a hint at the name that may have been meant, or nothing."""
    near = get_close_matches(name, [*known], n=1)
    return f"did you mean {near[0]}? " if near else ""


def check_names(name: str, values: object, known: Iterable[str]) -> None:
    """Refuse what is not several of the names that are *known*.

    Raises:
        UsageError: It is not.
    """
    names = [*known]
    if isinstance(values, Iterable) and not isinstance(values, str | bytes):
        wrong = [one for one in values if one not in names]
    else:
        wrong = [values]
    if wrong:
        raise UsageError(
            f"{name}={shown(wrong[0])}: not one that is modelled; "
            f"pass a list of some of {', '.join(names)}"
        )


def check_schedule(schedule: object) -> None:
    """Refuse what cannot decide an order.

    Raises:
        UsageError: It cannot.
    """
    methods = [getattr(schedule, name, None) for name in ("pick", "arrange")]
    if schedule is not None and not all(callable(method) for method in methods):
        raise UsageError(
            f"schedule={shown(schedule)}: must have the methods pick and arrange; "
            "use FirstComeFirstServed() or RandomSchedule(7) of gcmodel.kernel.choices"
        )


EXAMPLES = {
    "api_version": "'apps/v1'",
    "kind": "'Deployment'",
    "namespace": "'default', or '' for all",
    "label_selector": "'app=web', or '' for all",
}
