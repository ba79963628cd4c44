"""File systems."""

from typing import Final

from components.data.files import Files
from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject

FILES: Final = MetricKind("files")
IO: Final = Metric(FILES, "PercentIOLimit", "Average")

ALARMS: Final = (
    Alarm(
        word="files-io",
        metric=IO,
        fires="above",
        period=300,
        periods=3,
        missing="notBreaching",  # nobody has it mounted
        todo="See which task opens many small files; let it read larger ones, or spread its work over the day.",
    ),
)
CHARTS: Final = (Chart(word="files", title="EFS I/O", lines=(ChartLine(metric=IO, label="percent of what there is"),)),)


def files_subjects(word: str, files: Files) -> list[Subject]:
    """One file system."""
    return [
        Subject(
            of=FILES,
            word=word,
            namespace="AWS/EFS",
            dimensions={"FileSystemId": files.files_id},
            resource=files,
        )
    ]
