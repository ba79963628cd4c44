"""The code that runs in AWS Lambda: a folder a function, and what they share in `common`.

What belongs here: a function, as a folder with a handler and a row in catalogue.py. It imports nothing else of this
project, nor Pulumi.
"""
