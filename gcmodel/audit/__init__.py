"""Real dumps read with the model's eyes: references that lie, deletes that stall.

:func:`load` reads what people have, and gives a :class:`Dump`. It builds a graph out
of it, and must not need a running cluster.
"""

from gcmodel.audit.bad_objects import BadObject
from gcmodel.audit.dump import Dump
from gcmodel.audit.loading import load
from gcmodel.audit.summary import Summary

__all__ = ["BadObject", "Dump", "Summary", "load"]
