"""What must be true: properties, invariants and an independent oracle.

It judges snapshots and traces, which are values; it must not share code with the
live parts that it judges, the collector above all.
"""
