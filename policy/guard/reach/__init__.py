"""What can talk to what: route tables, network ACLs, security groups, and the paths through all of them."""
