"""The database."""

from typing import Final

from components.data.database import Database
from components.data.read_replica import ReadReplica
from components.operations.watch.incidents import SHORTAGE
from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject
from settings.tables.data import DatabaseTable
from settings.tables.operations import connections

DATABASE: Final = MetricKind("database")
DATABASE_CPU: Final = Metric(DATABASE, "CPUUtilization", "Average")
CONNECTIONS: Final = Metric(DATABASE, "DatabaseConnections", "Average")
STORAGE: Final = Metric(DATABASE, "FreeStorageSpace", "Minimum")
READ_LATENCY: Final = Metric(DATABASE, "ReadLatency", "Average")
WRITE_LATENCY: Final = Metric(DATABASE, "WriteLatency", "Average")
READ_OPERATIONS: Final = Metric(DATABASE, "ReadIOPS", "Average")
WRITE_OPERATIONS: Final = Metric(DATABASE, "WriteIOPS", "Average")
DATABASE_MEMORY: Final = Metric(DATABASE, "FreeableMemory", "Average")
REPLICA: Final = MetricKind("database-replica")
DATABASE_LAG: Final = Metric(REPLICA, "ReplicaLag", "Maximum")

ALARMS: Final = (
    Alarm(
        word="database-cpu",
        metric=DATABASE_CPU,
        fires="above",
        period=300,
        periods=2,
        missing="missing",  # a database that is gone stops the health checks, and load-balancer-healthy fires
        todo="Find the statement that costs most; if all of them are needed, take the next class.",
    ),
    Alarm(
        word="database-connections",
        metric=CONNECTIONS,
        fires="above",
        bound="connections",
        periods=5,
        missing="missing",  # as for database-cpu
        incident=SHORTAGE,
        todo="See who holds them: more tasks than planned, or sessions that are idle in a transaction.",
    ),
    Alarm(
        word="database-storage",
        metric=STORAGE,
        fires="below",
        unit=1e9,
        whole="storage",
        period=300,
        periods=1,
        missing="missing",  # as for database-cpu
        incident=SHORTAGE,
        todo="Storage should have grown by itself: raise storage.max, and find out what fills it.",
    ),
    Alarm(
        word="database-read-latency",
        metric=READ_LATENCY,
        fires="above",
        unit=1e-3,
        periods=10,
        missing="missing",  # as for database-cpu
        todo="See whether reads do not fit memory or the disk's operations are used up.",
    ),
    Alarm(
        word="database-write-latency",
        metric=WRITE_LATENCY,
        fires="above",
        unit=1e-3,
        periods=10,
        missing="missing",  # as for database-cpu
        todo="See whether a large import, a vacuum or a backup is running, then the disk's operations.",
    ),
    Alarm(
        word="database-memory",
        metric=DATABASE_MEMORY,
        fires="below",
        unit=1e6,
        period=300,
        periods=3,
        missing="missing",  # as for database-cpu
        todo="Close idle connections, then look for large sorts; if both are fine, take the next class.",
    ),
    Alarm(
        word="database-lag",
        metric=DATABASE_LAG,
        fires="above",
        periods=5,
        missing="breaching",  # a replica that says nothing may be of no use when it is needed
        todo="See whether the source is there at all, then whether a long statement or a full disk holds the replica.",
    ),
)
CHARTS: Final = (
    Chart(
        word="database-connections",
        title="RDS Connections",
        lines=(ChartLine(metric=CONNECTIONS, label="connections"),),
    ),
    Chart(word="database-cpu", title="RDS CPU Utilization", lines=(ChartLine(metric=DATABASE_CPU, label="percent"),)),
    Chart(
        word="database-storage",
        title="RDS Storage",
        view="gauge",
        most="storage",
        lines=(ChartLine(metric=STORAGE, label="free bytes"),),
    ),
    Chart(
        word="database-latency",
        title="RDS Latency and Free Memory",
        lines=(
            ChartLine(metric=READ_LATENCY, label="read, seconds"),
            ChartLine(metric=WRITE_LATENCY, label="write, seconds"),
            ChartLine(metric=DATABASE_MEMORY, label="free memory, bytes", right=True),
        ),
    ),
    Chart(
        word="database-lag", title="RDS Replica Lag", lines=(ChartLine(metric=DATABASE_LAG, label="seconds behind"),)
    ),
)

#: Beside them, where a stack file says which charts there are.
MORE_CHARTS: Final = (
    Chart(
        word="database-operations",
        title="RDS Operations",
        lines=(
            ChartLine(metric=READ_OPERATIONS, label="reads a second"),
            ChartLine(metric=WRITE_OPERATIONS, label="writes a second"),
        ),
    ),
)


def replica_subjects(word: str, replica: ReadReplica, table: DatabaseTable) -> list[Subject]:
    """A read replica, which has the connections of its class, the disk of its source, and a lag."""
    bounds = _bounds(table.model_copy(update={"instance_class": table.class_of(word)}))
    dimensions = {"DBInstanceIdentifier": replica.instance_id}
    return [
        Subject(of=kind, word=word, namespace="AWS/RDS", dimensions=dimensions, bounds=bounds, resource=replica)
        for kind in (DATABASE, REPLICA)
    ]


def database_subjects(database: Database, table: DatabaseTable) -> list[Subject]:
    """The database, with the connections and the disk that it has; and as a replica, while it is one."""
    dimensions, bounds = {"DBInstanceIdentifier": database.instance_id}, _bounds(table)
    found = Subject(of=DATABASE, namespace="AWS/RDS", dimensions=dimensions, bounds=bounds, resource=database)
    replica = Subject(of=REPLICA, namespace="AWS/RDS", dimensions=dimensions, resource=database)
    return [found, *([replica] if table.source else [])]


def _bounds(table: DatabaseTable) -> dict[str, float]:
    """The connections that an instance admits, and its disk in bytes."""
    most = connections(table)
    assert most is not None  # settings see to it
    return {"connections": most, "storage": table.storage.initial * 2**30}
