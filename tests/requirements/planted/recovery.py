"""Breaches of CP-DR: one part of prod that stands in a single zone is enough."""

from tests.requirements import test_recovery as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, Mutation, Proof, change, drop

ZONE, DRAWN = AREA.test_prod_survives_the_loss_of_a_zone, AREA.test_primary_and_replica_stand_where_they_are_drawn
CACHE, INTERFACE = "elasticache.ReplicationGroup", ("ec2.VpcEndpoint", "secretsmanager")


def _planted(id_: str, proof: Proof, mutation: Mutation) -> Breach:
    return Breach(id_, proof, mutation, "prod")


BREACHES = [
    _planted("CP-DR-01", ZONE, change("rds.Instance", multiAz=False)),
    _planted("CP-DR-01", ZONE, change(CACHE, numCacheClusters=1)),
    _planted("CP-DR-01", ZONE, change(CACHE, automaticFailoverEnabled=False)),
    _planted("CP-DR-01", ZONE, change("ecs.Service", desiredCount=2)),
    _planted("CP-DR-01", ZONE, change("ecs.Service", networkConfiguration=lambda old: {
        **old, "subnets": old["subnets"][:1]})),
    _planted("CP-DR-01", ZONE, drop("ec2.NatGateway", "us-east-1c")),
    _planted("CP-DR-01", ZONE, change(*INTERFACE, subnetIds=lambda old: old[:1])),
    _planted("CP-DR-05", DRAWN, change(CACHE, preferredCacheClusterAzs=["us-east-1b", "us-east-1a"])),
    _planted("CP-DR-05", DRAWN, change(CACHE, preferredCacheClusterAzs=["us-east-1a", "us-east-1a"])),
    _planted("CP-DR-05", DRAWN, change("rds.Instance", availabilityZone="us-east-1a")),
]  # fmt: skip
