"""Use cases that span services: steps, each with what undoes it."""
