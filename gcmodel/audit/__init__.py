"""Real dumps read with the model's eyes: references that lie, deletes that stall.

It may build a graph out of a dump; it must not need a running cluster.
"""
