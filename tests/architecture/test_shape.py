"""What a module may measure: read from the source, and from nothing else."""

import ast
from pathlib import Path

CODE_LINES_MAX = 40
FILE_LINES_MAX = 400
PARAMETERS_MAX = 6
TABLES = {
    "apiserver/go_structs.py",  # one line for each field of a Go struct; no code
    "versions/changes.py",  # one row for each change of a rule; no code
}
"""Modules that may be longer than a reader holds, since they are looked up in."""

WIDE = {
    # The query parameters of an API request: keyword-only, and all optional.
    "client/client.py": {"list", "watch"},
}
"""Functions that may have more than six parameters."""

HOT = {
    # Each call that is spared is one for each of a million objects.
    "garbagecollector/graph_builder.py": {"feed"},
}
"""Functions that may be long, as their docstrings say why."""

INTERFACES = {"gcmodel", "audit"}
"""Packages that users import from; their ``__init__`` says what."""

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(path):
    """Return every function of the module at *path*, nested ones included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]


def code_lines(function):
    """Return how many lines *function* spans below its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body else 0


def parameters(function):
    """Return how many parameters *function* has, ``self`` and ``cls`` not counted."""
    given = function.args
    names = [one.arg for one in given.posonlyargs + given.args + given.kwonlyargs]
    return len([name for name in names if name not in ("self", "cls")])


def test_module_says_what_it_is_for(module):
    """Every module starts with a docstring."""
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


def test_file_can_be_held_in_mind(module):
    """No module is longer than 400 lines, tables aside."""
    lines = len(module.read_text(encoding="utf-8").splitlines())
    is_table = any(module.match(table) for table in TABLES)

    assert lines <= FILE_LINES_MAX or is_table, lines


def test_functions_are_short(module):
    """No function has more than 40 lines of code, the hot ones aside."""
    allowed = {name for path in HOT if module.match(path) for name in HOT[path]}
    long = {
        function.name: code_lines(function)
        for function in functions_of(module)
        if code_lines(function) > CODE_LINES_MAX and function.name not in allowed
    }

    assert long == {}


def test_parameters_are_few(module):
    """No function has more than six parameters."""
    allowed = {name for path in WIDE if module.match(path) for name in WIDE[path]}
    wide = {
        function.name: parameters(function)
        for function in functions_of(module)
        if parameters(function) > PARAMETERS_MAX and function.name not in allowed
    }

    assert wide == {}


def test_packages_hold_no_code(module):
    """A package's ``__init__`` is a docstring, unless users import from it."""
    if module.name != "__init__.py" or module.parent.name in INTERFACES:
        return
    body = ast.parse(module.read_text(encoding="utf-8")).body

    assert [type(node).__name__ for node in body] == ["Expr"]


def test_every_folder_is_a_package(root):
    """No folder with modules lacks an ``__init__``."""
    folders = {path.parent for path in (root / "gcmodel").rglob("*.py")}

    assert [
        folder for folder in folders if not Path(folder, "__init__.py").exists()
    ] == []
