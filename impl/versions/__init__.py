"""From one served version to the next."""
