"""The subject: files follow pkg/controller/garbagecollector.

It reaches the API server through a client only.
"""
