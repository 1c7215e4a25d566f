"""The stories themselves, one module each, and the props that they share."""
