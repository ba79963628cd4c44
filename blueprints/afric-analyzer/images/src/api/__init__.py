"""repo2's API: what the dashboard asks."""
