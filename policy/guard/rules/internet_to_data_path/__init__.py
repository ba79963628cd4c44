"""No path leads from the internet to a data store."""
