"""Version 1 in terms of version 2."""
