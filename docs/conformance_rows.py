# ruff: noqa: INP001  (a script)
"""Reads the rows of the conformance tests: what is claimed, where, from where.

A row is a test whose docstring begins with its ids, or a case whose name does.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"

_ID = r"(?:GC-[UIEXM]|AS-M|AS|X)-\d+"
_IDS = rf"{_ID}(?:(?:, | and | to )(?:{_ID}|\d+))*"
_STARTS = re.compile(rf"({_IDS})[-: ]?\s*(.*)", re.DOTALL)
_NUMBER = re.compile(r"\d+$")
_VERSION = re.compile(r"1\.\d\d")


@attrs.frozen
class Row:
    """One claim.

    Attributes:
        ids: As the test names them; several where one test holds several.
        claim: In words.
        source: Where upstream says so.
        versions: On which it is played, if the test says.
        test: File and function.
    """

    ids: str
    claim: str
    source: str
    versions: str
    test: str

    @property
    def all_ids(self) -> list[str]:
        """Every id, ranges spelt out."""
        return list(_spelt_out(self.ids))

    @property
    def order(self) -> tuple[str, int]:
        """By kind and number of the first id."""
        first = self.all_ids[0]
        found = _NUMBER.search(first)
        assert found is not None, "an id ends in a number"
        return first[: found.start()], int(found.group())


def read_rows() -> list[Row]:
    """Return every row, in the order of their ids; cases of one test are one row."""
    found: dict[tuple[str, str], Row] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        for row in _of(file):
            known = found.setdefault((row.ids, row.test), row)
            if row.claim not in known.claim:
                claim = f"{known.claim}; {row.claim}"
                found[row.ids, row.test] = attrs.evolve(known, claim=claim)
    return sorted(found.values(), key=lambda row: row.order)


def _spelt_out(ids: str) -> Iterator[str]:
    stem, last, ranged = "", 0, False
    for part in re.split(r"(, | and | to )", ids):
        if part in (", ", " and ", " to "):
            ranged = part == " to "
            continue
        number = _NUMBER.search(part)
        assert number is not None, "an id ends in a number"
        stem, width = part[: number.start()] or stem, len(number.group())
        first = last + 1 if ranged else int(number.group())
        last = int(number.group())
        for one in range(first, last + 1):
            yield f"{stem}{one:0{width}}"


def _of(file: Path) -> Iterator[Row]:
    module = ast.parse(file.read_text(encoding="utf-8"))
    source = _source(ast.get_docstring(module) or "")
    place = file.relative_to(ROOT).as_posix()
    constants = _constants(module)
    for function in module.body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
            versions = ", ".join(_versions(function, constants))
            test = f"{place}::{function.name}"
            for ids, claim in _claims(function, constants):
                yield Row(ids, claim, source, versions, test)


def _source(docstring: str) -> str:
    _, upstream, rest = docstring.partition("Upstream: ")
    return " ".join(rest.split()) if upstream else ""


def _constants(module: ast.Module) -> dict[str, ast.expr]:
    return {
        target.id: statement.value
        for statement in module.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _claims(
    function: ast.FunctionDef, constants: dict[str, ast.expr]
) -> Iterator[tuple[str, str]]:
    said = " ".join((ast.get_docstring(function) or "").split())
    own = _STARTS.match(said)
    if own is not None:
        yield own.group(1), own.group(2)
        said = own.group(2)
    for text in _texts(function.decorator_list, constants):
        case = _STARTS.match(text)
        if case is not None:
            yield case.group(1), case.group(2).strip() or said


def _texts(
    nodes: list[ast.expr], constants: dict[str, ast.expr], depth: int = 2
) -> Iterator[str]:
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.Name) and node.id in constants and depth:
                yield from _texts([constants[node.id]], constants, depth - 1)


def _versions(function: ast.FunctionDef, constants: dict[str, ast.expr]) -> list[str]:
    texts = [*_texts(function.decorator_list, constants)]
    texts += [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    if "VERSIONS" in constants:
        texts += _texts([constants["VERSIONS"]], constants)
    found = {text for text in texts if _VERSION.fullmatch(text)}
    return sorted(found, key=lambda version: int(version.partition(".")[2]))
