"""The simulated API as HTTP, for real client libraries.

It may know the cluster that it serves; it must not know the command line.
"""
