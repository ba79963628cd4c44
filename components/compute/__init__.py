"""The load balancer, the cluster, the services and functions that run, their scaling and their images.

New here: something that runs code, or brings requests to it.
"""
