"""On which ports a data store answers."""

from __future__ import annotations

from typing import Any, Final

from guard.aws.networks import ALL_PORTS
from guard.aws.spans import Spans
from guard.model.graph import ABSENT, UNKNOWN, Resource


def listening(store: Resource) -> tuple[Spans, bool]:
    """Return the TCP ports that a store answers on; not for certain if it is one of them and nobody knows which."""
    port: Any = store["port"] if store.type in _CHOOSE else ABSENT
    if str(port).isdecimal():
        return Spans.of((int(port), int(port))), True
    if port is UNKNOWN:
        return ALL_PORTS, False
    named = _ENGINES.get(store.type, "")
    engine = str(store[named]).lower() if named and store[named] is not ABSENT else ""
    found = next((ports for prefix, ports in _BY_ENGINE.items() if engine.startswith(prefix)), _BY_TYPE.get(store.type))
    return (Spans.of(*((each, each) for each in found)), True) if found else (ALL_PORTS, False)


# Where a store may be given another port, and where it says what it is.
_CHOOSE: Final = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/workgroup:Workgroup",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/cluster:Cluster",
    "aws:memorydb/cluster:Cluster",
    "aws:timestreaminfluxdb/dbInstance:DbInstance",
    "aws:timestreaminfluxdb/dbCluster:DbCluster",
)
_ENGINES: Final = {
    "aws:rds/instance:Instance": "engine",
    "aws:rds/cluster:Cluster": "engine",
    "aws:rds/proxy:Proxy": "engineFamily",
    "aws:elasticache/cluster:Cluster": "engine",
    "aws:elasticache/serverlessCache:ServerlessCache": "engine",
}

# The documented default ports.
_BY_ENGINE: Final[dict[str, tuple[int, ...]]] = {
    "aurora-postgres": (5432,),
    "aurora": (3306,),
    "postgres": (5432,),
    "mysql": (3306,),
    "mariadb": (3306,),
    "oracle": (1521,),
    "custom-oracle": (1521,),
    "sqlserver": (1433,),
    "custom-sqlserver": (1433,),
    "db2": (50000,),
    "docdb": (27017,),
    "neptune": (8182,),
    "memcached": (11211, 11212),
    "redis": (6379, 6380),
    "valkey": (6379, 6380),
}
_NFS: Final = (2049,)
_LUSTRE: Final = (988, 1018, 1019, 1020, 1021, 1022, 1023)
_SEARCH: Final = (80, 443)
_KAFKA: Final = (2181, 2182, 9092, 9094, 9096, 9098, 9194, 9196, 9198)
_BY_TYPE: Final[dict[str, tuple[int, ...]]] = {
    "aws:docdb/cluster:Cluster": (27017,),
    "aws:docdb/elasticCluster:ElasticCluster": (27017,),
    "aws:neptune/cluster:Cluster": (8182,),
    "aws:neptunegraph/privateGraphEndpoint:PrivateGraphEndpoint": (443,),
    "aws:redshift/cluster:Cluster": (5439,),
    "aws:redshift/endpointAccess:EndpointAccess": (5439,),
    "aws:redshiftserverless/workgroup:Workgroup": (5439,),
    "aws:redshiftserverless/endpointAccess:EndpointAccess": (5439,),
    "aws:elasticache/replicationGroup:ReplicationGroup": (6379,),
    "aws:memorydb/cluster:Cluster": (6379,),
    "aws:dax/cluster:Cluster": (8111, 9111),
    "aws:efs/mountTarget:MountTarget": _NFS,
    "aws:s3/filesMountTarget:FilesMountTarget": _NFS,
    "aws:fsx/fileCache:FileCache": _LUSTRE,
    "aws:fsx/lustreFileSystem:LustreFileSystem": _LUSTRE,
    "aws:fsx/windowsFileSystem:WindowsFileSystem": (445, 5985),
    "aws:fsx/ontapFileSystem:OntapFileSystem": (22, 111, 139, 443, 445, *_NFS, 3260),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": (111, *_NFS, 20001, 20002, 20003),
    "aws:opensearch/domain:Domain": _SEARCH,
    "aws:opensearch/vpcEndpoint:VpcEndpoint": _SEARCH,
    "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint": _SEARCH,
    "aws:elasticsearch/domain:Domain": _SEARCH,
    "aws:msk/cluster:Cluster": _KAFKA,
    "aws:msk/serverlessCluster:ServerlessCluster": (9098,),
    "aws:mq/broker:Broker": (443, 5671, 8162, 8883, 15671, 61614, 61617, 61619),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": (8086,),
    "aws:timestreaminfluxdb/dbCluster:DbCluster": (8086,),
}
