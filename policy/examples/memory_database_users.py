"""Examples of the rule memory-database-users."""

import pulumi_aws as aws


def fails() -> None:
    aws.memorydb.Cluster("sessions", acl_name="open-access", node_type="db.t4g.small")


def passes() -> None:
    aws.memorydb.Cluster("sessions", acl_name="sessions", node_type="db.t4g.small")
