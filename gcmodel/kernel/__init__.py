"""Time and chance: the only source of either. It knows nothing of Kubernetes."""
