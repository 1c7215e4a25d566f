"""The subject: graph, graph builder, monitors, verdicts, the two workers, sync.

It may know the client; it must not know the server, nor the controllers that make
the objects which it collects.
"""
