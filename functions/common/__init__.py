"""What the functions share; it goes into the archive of each.

What belongs here: only what two functions need. It uses the standard library and boto3, which Lambda has; the modules
of a database's engine use its driver, and whoever imports them brings that.
"""
