"""The composition root: a server, its clients, the collector, and settings.

It may know every live part; it must not know how it is looked at: checks, reports
and stories are built on it.
"""
