"""What can talk to what: route tables, network ACLs, security groups, and the paths through all of them.

What belongs here: another way for packets, or another thing that stops them.
"""
