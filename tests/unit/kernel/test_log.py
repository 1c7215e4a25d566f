"""Log lines: how a message reads in each style."""

import pytest

from gcmodel.kernel.log import Message, Wording

NOT_FOUND = 'pods "web" not found'
MESSAGE = Message(
    "E",
    0,
    Wording("a.go:1", "error syncing {key}: {error}"),
    Wording("a.go:2", '"error syncing item" err="{error}" item="{key}"'),
)
HANDLED = Message("E", 0, Wording("a.go:3", "giving up: {error}"), handled=True)


@pytest.mark.parametrize(
    ("message", "style", "expected"),
    [
        pytest.param(
            MESSAGE,
            "printf",
            Wording("a.go:1", f"error syncing n1/web: {NOT_FOUND}"),
            id="printf",
        ),
        pytest.param(
            MESSAGE,
            "structured",
            Wording(
                "a.go:2",
                '"error syncing item" err="pods \\"web\\" not found" item="n1/web"',
            ),
            id="structured, values are quoted",
        ),
        pytest.param(
            HANDLED,
            "structured",
            Wording("a.go:3", f"giving up: {NOT_FOUND}"),
            id="one wording for all",
        ),
        pytest.param(
            HANDLED,
            "unhandled",
            Wording(
                "a.go:3",
                '"Unhandled Error" err="giving up: pods \\"web\\" not found" '
                'logger="UnhandledError"',
            ),
            id="wrapped since 1.31",
        ),
    ],
)
def test_styles(message, style, expected):
    """Whatever is put into a structured line is quoted as klog quotes it."""
    assert message.render(style, {"key": "n1/web", "error": NOT_FOUND}) == expected
