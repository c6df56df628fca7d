"""`make crash`: kill -9 at every boundary of the sagas of orders; see `scripts.crash.__main__`."""
