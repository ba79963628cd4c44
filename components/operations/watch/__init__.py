"""What is watched: a file a kind of resource, with its metrics, alarms, charts and subjects. kinds.py lists them."""
