"""The VPC: subnets and routes, security groups, network ACLs, endpoints, flow logs.

What belongs here: a part of the network that no store or service owns. Who may connect to whom follows from
`connects`.
"""
