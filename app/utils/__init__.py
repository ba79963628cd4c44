"""What has nothing to do with items: log lines, and secrets read while it runs.

New here: helpers that another application could take as they are.
"""
