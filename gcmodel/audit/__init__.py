"""Dumps of real clusters, read into the collector's own graph.

:func:`load` reads what people have, and gives a :class:`Dump`. It needs no running
cluster.
"""

from gcmodel.audit.bad_objects import BadObject
from gcmodel.audit.dump import Dump
from gcmodel.audit.loading import load
from gcmodel.audit.summary import Summary

__all__ = ["BadObject", "Dump", "Summary", "load"]
