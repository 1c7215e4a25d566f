"""What an object is: frozen values and pure functions; no time, no waiting."""
