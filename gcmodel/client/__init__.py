"""The way from a controller to the server and back, with all that delays it.

Identity, rate limit, verbs as awaitables, reflector, informer and work queues. It may
know the server; it must not know what its callers want.
"""
