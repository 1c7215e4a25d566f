"""The command line: arguments in, a story or JSON out, an exit status.

It may know everything; nothing may know it.
"""
