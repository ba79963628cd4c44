"""repo1's API: what devices send to."""
