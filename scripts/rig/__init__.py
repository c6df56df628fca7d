"""The store with everything around it, each in a process of its own that can be killed."""
