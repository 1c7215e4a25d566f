"""The programs that are measured; each prints one number."""
