"""What a failed list said, dug out of log lines of every version."""

import pytest

from gcmodel.kernel.trace import TraceRecord
from gcmodel.report.error_text import reflector_error

ERROR = 'Internal error occurred: Invalid value: "system:x": no'
NAME = "k8s.io/client-go/metadata/metadatainformer/informer.go:138"


def record(text, *, level="E", actor="reflector tokens.ext.cattle.io"):
    """Return a log record."""
    fields = {"level": level, "v": 0, "src": "reflector.go:158", "text": text}
    return TraceRecord(1, 0, actor, "log", fields)


ESCAPED = ERROR.replace('"', '\\"')
ROWS = [
    pytest.param(
        "E",
        f"{NAME}: Failed to watch *v1.X: failed to list *v1.X: {ERROR}",
        id="up to 1.30",
    ),
    pytest.param(
        "W", f"{NAME}: failed to list *v1.PartialObjectMetadata: {ERROR}", id="warning"
    ),
    pytest.param(
        "E",
        f'"Unhandled Error" err="{NAME}: Failed to watch *v1.X: failed to list '
        f'*v1.X: {ESCAPED}" logger="UnhandledError"',
        id="from 1.31 on",
    ),
]


@pytest.mark.parametrize(("level", "text"), ROWS)
def test_error_is_found(level, text):
    """Resource and error come out the same, however the version words the line."""
    assert reflector_error(record(text, level=level)) == ("tokens.ext.cattle.io", ERROR)


@pytest.mark.parametrize(
    "silent",
    [
        record("failed to list *v1.X: no", level="I"),
        record("failed to list *v1.X: no", actor="gc-sync"),
        record("watch of *v1.X ended with: gone"),
    ],
    ids=["information", "somebody else", "another failure"],
)
def test_other_lines_say_nothing(silent):
    """Only a reflector's warnings and errors about lists count."""
    assert reflector_error(silent) is None
