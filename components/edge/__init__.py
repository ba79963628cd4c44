"""What the internet sees: names, certificates, the web ACL, CloudFront.

What belongs here: something in front of the load balancer.
"""
