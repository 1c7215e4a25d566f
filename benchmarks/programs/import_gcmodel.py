"""Prints how many milliseconds ``import gcmodel`` takes."""

import time

begun = time.perf_counter()
import gcmodel  # noqa: E402, F401

print((time.perf_counter() - begun) * 1000)
