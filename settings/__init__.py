"""What a stack file may say: typed tables, defaults, units, and errors with their place.

What belongs here: `tables/` a file a tier; `checks/` what tables must say about each other; `file/` reading, positions,
error text. No Pulumi resource.
"""
