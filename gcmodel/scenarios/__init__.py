"""Named stories: the founding incident and its relatives, each with expected facts.

A scenario may use a cluster and everything that looks at one; it must not know how
it is told, nor how often it is run.
"""
