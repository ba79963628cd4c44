"""Every kind of resource that is watched: its alarms, and where its charts stand on the dashboard."""

from collections.abc import Iterator, Sequence
from typing import Final

from components.operations.watch import (
    cache,
    canary,
    certificate,
    database,
    delivery,
    deployments,
    files,
    function,
    health_check,
    load_balancer,
    log,
    replication,
    service,
    trail,
    web_acl,
)
from components.operations.watch.model import Alarm, Chart, Subject
from settings.tables.alarms import AlarmsTable

ALARMS: Final = (
    *health_check.ALARMS,
    *load_balancer.ALARMS,
    *canary.ALARMS,
    *service.ALARMS,
    *log.ALARMS,
    *database.ALARMS,
    *cache.ALARMS,
    *files.ALARMS,
    *replication.ALARMS,
    *certificate.ALARMS,
    *function.ALARMS,
    *delivery.ALARMS,
    *trail.ALARMS,
)
#: Row by row of the dashboard. What a stack does not have is left out.
ROWS: Final[Sequence[Sequence[Chart]]] = (
    load_balancer.CHARTS,
    service.CHARTS,
    database.CHARTS,
    cache.CHARTS,
    (*files.CHARTS, *replication.CHARTS),
    trail.CHARTS,
)
#: Beside the recent errors.
LAST_ROW: Final[Sequence[Chart]] = (*health_check.CHARTS, *function.CHARTS)
#: Every chart that a stack file may name, by its word.
CATALOGUE: Final = {
    chart.word: chart
    for chart in (
        *(chart for row in (*ROWS, LAST_ROW) for chart in row),
        *load_balancer.MORE_CHARTS,
        *canary.MORE_CHARTS,
        *service.MORE_CHARTS,
        *deployments.MORE_CHARTS,
        *database.MORE_CHARTS,
        *cache.MORE_CHARTS,
        *certificate.MORE_CHARTS,
        *web_acl.MORE_CHARTS,
    )
}


def watched(
    table: AlarmsTable, subjects: Sequence[Subject], own: Sequence[Alarm] = ()
) -> Iterator[tuple[Alarm, Subject]]:
    """Each alarm that the stack file leaves on, as it has it, with each subject that has its metric."""
    for alarm in (*ALARMS, *own):
        for subject in subjects:
            if subject.of == alarm.metric.of and alarm.threshold(table, subject) is not None:
                yield alarm.adjusted(table), subject


def joined(*words: str) -> str:
    """The words that are not empty: an alarm and its subject, where there are several."""
    return "-".join(word for word in words if word)
