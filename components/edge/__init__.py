"""What the internet sees: names, certificates, the web ACL, CloudFront.

New here: something in front of the load balancer.
"""
