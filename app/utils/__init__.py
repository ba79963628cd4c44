"""What has nothing to do with items: log lines, and secrets read while it runs.

What belongs here: helpers that another application could take as they are.
"""
