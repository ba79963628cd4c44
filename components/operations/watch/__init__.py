"""What is watched: a file a kind of resource, with its metrics, alarms, charts and subjects. kinds.py lists them.

What belongs here: an alarm or a chart (a row), or another kind of resource (a file, and a line in kinds.py).
"""
