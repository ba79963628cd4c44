"""Tests: offline, in minutes, each says what it proves.

What belongs here: a test, in the folder named after what it tests. stacks.py records whole stacks, aws.py stands in
for AWS.
"""
