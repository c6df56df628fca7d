"""The store: items, and orders for them, over six internal services."""
