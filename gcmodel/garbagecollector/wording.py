"""How the collector's messages are written down, and what fills them.

Upstream: none; the tables that use it imitate klog calls
"""

from typing import Any

from gcmodel.garbagecollector.node import Node
from gcmodel.kernel.log import Level, Message, Wording
from gcmodel.objects.metadata import OwnerReference


def said(
    level: Level, v: int, printf: str, structured: str = "", *, handled: bool = False
) -> Message:
    """Return the message that reads ``file:line|text`` up to 1.26, and since.

    Args:
        level: Information, warning or error.
        v: Verbosity at which an information line appears.
        printf: The wording up to 1.26.
        structured: The wording from 1.27 on; the same if left out.
        handled: The line comes from upstream's process-wide error handler.
    """
    later = _wording(structured) if structured else None
    return Message(level, v, _wording(printf), later, handled)


def _wording(line: str) -> Wording:
    src, _, text = line.partition("|")
    return Wording(src, text)


def in_words(fields: dict[str, Any]) -> dict[str, Any]:
    """Return *fields* as messages print them, and the parts of the node among them.

    Most messages are never printed, so their words are made only here.
    """
    found = {name: _in_words(value) for name, value in fields.items()}
    node = fields.get("node")
    if not isinstance(node, Node):
        return found
    prefix = f"{node.namespace}/" if node.namespace else ""
    return {
        "key": prefix + node.name,
        "uid": node.uid,
        "kind": node.kind,
        "virtual": str(node.virtual).lower(),
        **found,
    }


def _in_words(value: object) -> object:
    if isinstance(value, OwnerReference):
        return f"{value.api_version}/{value.kind}, {value.name}"
    if type(value) is tuple:
        return "[" + " ".join(str(_in_words(one)) for one in value) + "]"
    return value
