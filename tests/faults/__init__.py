"""What must hold when something fails: a table of faults, and at the end how many each subject held.

What belongs here: a row of the table, and the test that breaks what it names.
"""
