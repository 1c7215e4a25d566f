"""What differs between Kubernetes versions, as data. It acts on nothing itself."""
