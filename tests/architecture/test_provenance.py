"""Every modelled module says what it models."""

import ast

MODELLED = ("apiserver", "client", "garbagecollector", "controllers")


def test_upstream_is_named(module):
    """A modelled module names the Kubernetes source that it follows, or says none."""
    if module.parent.name not in MODELLED or module.name == "__init__.py":
        return
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""

    assert "Upstream: " in docstring
