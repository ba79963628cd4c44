"""The VPC, who may talk to whom in it, and the routes out of it."""
