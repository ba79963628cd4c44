"""Copies of buckets in other regions."""

from typing import Final

from components.data.replication import RULE, Replication
from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject

REPLICATION: Final = MetricKind("replication")
#: Published where the bucket is; how far the copies are behind, where they go (S3's guide, replication metrics).
FAILED: Final = Metric(REPLICATION, "OperationsFailedReplication", "Sum")

ALARMS: Final = (
    Alarm(
        word="replication-failures",
        metric=FAILED,
        fires="above",
        period=300,
        periods=1,
        missing="notBreaching",  # nothing was written
        todo="See that the other bucket and its key are there, then copy again what failed.",
    ),
)
CHARTS: Final = (
    Chart(word="replication", title="S3 Replication Failures", lines=(ChartLine(metric=FAILED, label="failed"),)),
)


def replication_subject(word: str, replication: Replication) -> Subject:
    """The copies of one bucket."""
    return Subject(
        of=REPLICATION,
        word=word,
        namespace="AWS/S3",
        dimensions={
            "SourceBucket": replication.source,
            "DestinationBucket": replication.destination,
            "RuleId": RULE,
        },
        resource=replication,
    )
