"""What can go wrong, as frozen values: which request or stored object, when, how often.

It decides and does nothing. It may know objects and the kernel; it must not know who
suffers a fault, neither the server nor its clients.
"""
