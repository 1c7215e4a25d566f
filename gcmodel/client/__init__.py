"""The view: late, partial, faulty, eventually right.

It does not know what callers want.
"""
