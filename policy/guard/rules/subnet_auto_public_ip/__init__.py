"""Only the edge's subnets hand out public addresses."""
