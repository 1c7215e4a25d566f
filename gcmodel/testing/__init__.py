"""What a test suite of someone else needs: a pytest plugin, Hypothesis strategies.

It may know everything that a run is made of; it must not know the command line.
"""
