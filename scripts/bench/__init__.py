"""`make bench`: this project against its rivals, interleaved, in ratios (see README.md here)."""
