"""The truth: the only writer of stored objects. It does not know that clients exist."""
