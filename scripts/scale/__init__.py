"""What a hundred thousand items cost: pages deep in the list, and the export of all of them."""
