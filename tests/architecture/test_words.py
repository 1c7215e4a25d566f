"""What the sources do not say: where they were written."""

import re

import pytest

MACHINE_PATH = re.compile(r"(?<![\w.])/(wor" r"k|tm" r"p|home|root|Users)/[A-Za-z]")
TOP = (
    *(".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md"),
    "pyproject.toml",
)
"""Files at the top: whatever else lies there is not the project's."""

FOLDERS = (".ci", "benchmarks", "docs", "gcmodel", "tests")
TEXT = {"", ".json", ".jsonl", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml"}


def texts(root):
    """Return every text file of the project, at its top and in its folders."""
    paths = [root / name for name in TOP]
    for folder in FOLDERS:
        paths += (root / folder).rglob("*")
    return sorted(path for path in paths if path.suffix in TEXT and path.is_file())


def test_no_path_of_a_machine(root):
    """No file of the project names a folder of the machine it was written on."""
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:200]}"
        for path in texts(root)
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if MACHINE_PATH.search(line)
    ]

    assert found == []


def test_what_is_read(root):
    """Files at the top, in folders and without a suffix are read, where they are."""
    names = {str(path.relative_to(root)) for path in texts(root)}

    assert {"Makefile", "README.md", "tests/README.md", "gcmodel/errors.py"} <= names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/" + "home/me", True),
        ('"/' + 'tmp/x"', True),
        ("see /" + "work/main", True),
        ("/" + "tmp", False),
        ("https://a.example/" + "home/me", False),
        ("./" + "tmp/x", False),
    ],
)
def test_what_a_path_of_a_machine_is(text, found):
    """A folder of a user or of a build is one, part of an address is not."""
    assert bool(MACHINE_PATH.search(text)) is found
