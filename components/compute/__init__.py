"""The load balancer, the cluster, the services that run in it, and their images."""
