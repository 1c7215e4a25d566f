"""Pictures of snapshots and traces: text, tables, drawings, log lines.

It reads values; it must not change a run, nor know a live part.
"""
