"""The VPC, who may talk to whom in it, and the ways out of it."""
