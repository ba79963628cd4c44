"""What has nothing to do with items."""
