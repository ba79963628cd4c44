"""Examples of the rule memory-database-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.memorydb.Cluster("sessions", acl_name="sessions", node_type="db.t4g.small", tls_enabled=False)


def passes() -> None:
    aws.memorydb.Cluster("sessions", acl_name="sessions", node_type="db.t4g.small")
