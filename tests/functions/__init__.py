"""Each function's code, with botocore's stubs or small servers instead of AWS.

What belongs here: what a function does with an event, and with whatever goes wrong.
"""
