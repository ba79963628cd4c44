"""The load balancer, the cluster, the services and functions that run, their scaling and their images.

What belongs here: something that runs code, or brings requests to it.
"""
