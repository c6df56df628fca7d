"""Version 1: what version 2 says, through `impl.versions.v1`."""
