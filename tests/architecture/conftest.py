"""Where the sources are, for every test that reads them as text."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "gcmodel"


def pytest_generate_tests(metafunc):
    """Run a test that asks for a *module* once for each module of the package."""
    if "module" in metafunc.fixturenames:
        modules = sorted(PACKAGE.rglob("*.py"))
        names = [str(path.relative_to(PACKAGE)) for path in modules]
        metafunc.parametrize("module", modules, ids=names)


@pytest.fixture(scope="session")
def root():
    """The folder of the project."""
    return ROOT
