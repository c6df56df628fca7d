"""The store's contracts against the store, on each of its databases, with very many requests."""
