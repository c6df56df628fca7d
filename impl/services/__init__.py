"""Use cases: what the store does, in its own words."""
