"""What happens to every request: the log, security headers, the rate limit.

What belongs here: whatever must hold for all routes alike.
"""
