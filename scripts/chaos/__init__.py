"""`make chaos`: the store under load while everything around it breaks; see its `__main__`."""
