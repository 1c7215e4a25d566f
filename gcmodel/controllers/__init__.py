"""The controllers that make dependents, and a stand-in for the kubelet.

Faithful in what concerns ownership and silent elsewhere. They may know the client;
they must not know the server, nor the garbage collector.
"""
