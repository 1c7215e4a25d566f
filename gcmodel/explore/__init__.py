"""Many runs of one story: seeds, schedules, faults, versions; shrinking and sweeps.

It may know scenarios and checks; it must not know the terminal.
"""
