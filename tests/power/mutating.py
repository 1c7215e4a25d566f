"""A pytest plug-in: one module of the package is loaded with a mistake in it.

``GCMODEL_MUTANT`` says which, by number; without it nothing is changed.
"""

import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location

from tests.power.mutants import MUTANTS, Mutant

VARIABLE = "GCMODEL_MUTANT"


class MutatingLoader(SourceFileLoader):
    """Compiles the module with the mistake, and keeps no copy of that."""

    mutant: Mutant

    def get_code(self, fullname):
        """Return the code of the mistaken module."""
        path = self.get_filename(fullname)
        source = self.get_data(path).decode()
        mistaken = source.replace(self.mutant.before, self.mutant.after)
        return compile(mistaken, path, "exec")


class MutatingFinder(MetaPathFinder):
    """Finds the one module that is to be mistaken, before anybody else does."""

    def __init__(self, mutant):
        """Remember which."""
        self.mutant = mutant
        stem = mutant.module.removesuffix(".py").replace("/", ".")
        self.name = f"gcmodel.{stem}"

    def find_spec(self, fullname, _path, _target=None) -> ModuleSpec | None:
        """Return a loader for it, and nothing for all others."""
        if fullname != self.name:
            return None
        path = str(self.mutant.path)
        loader = MutatingLoader(fullname, path)
        loader.mutant = self.mutant
        return spec_from_file_location(fullname, path, loader=loader)


if VARIABLE in os.environ:
    sys.meta_path.insert(0, MutatingFinder(MUTANTS[int(os.environ[VARIABLE])]))
