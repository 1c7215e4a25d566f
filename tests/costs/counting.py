"""Counting what Python does, since that is the same on every machine."""

import dis
import sys

INSTRUCTIONS_UNCOUNTED = frozenset({"RESUME", "NOP", "CACHE"})


def calls(action):
    """Return how many functions, of Python or of C, *action* calls."""
    counted = 0

    def count(_frame, event, _argument):
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return counted


def instructions(action):
    """Return how many instructions of Python's own machine *action* takes."""
    counted = 0

    def trace(frame, event, _argument):
        nonlocal counted
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            name = dis.opname[frame.f_code.co_code[frame.f_lasti]]
            counted += name not in INSTRUCTIONS_UNCOUNTED
        return trace

    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(None)
    return counted
