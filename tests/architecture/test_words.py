"""What the sources do not say: where they were written."""

import re

MACHINE_PATH = re.compile(r"(?<![\w.])/(wor" r"k|tm" r"p|home|root|Users)/[A-Za-z]")
FOLDERS = (".ci", "benchmarks", "docs", "gcmodel", "tests")
TEXT = {"", ".json", ".jsonl", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml"}


def texts(root):
    """Return every text file of the project, at its top and in its folders."""
    paths = [*root.iterdir()]
    for folder in FOLDERS:
        paths += (root / folder).rglob("*")
    return sorted(path for path in paths if path.suffix in TEXT and path.is_file())


def test_no_path_of_a_machine(root):
    """No file of the project names a folder of the machine it was written on."""
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:200]}"
        for path in texts(root)
        for number, line in enumerate(
            path.read_text(encoding="utf-8").splitlines(), start=1
        )
        if MACHINE_PATH.search(line)
    ]

    assert found == []
