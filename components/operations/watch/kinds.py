"""Every kind of resource that is watched: its alarms, and where its charts stand on the dashboard."""

from collections.abc import Iterator, Sequence
from typing import Final

from components.operations.watch import (
    cache,
    database,
    delivery,
    function,
    health_check,
    load_balancer,
    log,
    service,
    trail,
)
from components.operations.watch.model import Alarm, Chart, Subject

ALARMS: Final = (
    *health_check.ALARMS,
    *load_balancer.ALARMS,
    *service.ALARMS,
    *log.ALARMS,
    *database.ALARMS,
    *cache.ALARMS,
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
    trail.CHARTS,
)
#: Beside the recent errors.
LAST_ROW: Final[Sequence[Chart]] = (*health_check.CHARTS, *function.CHARTS)


def watched(subjects: Sequence[Subject]) -> Iterator[tuple[Alarm, Subject]]:
    """Each alarm with each subject that has its metric."""
    for alarm in ALARMS:
        for subject in subjects:
            if subject.of == alarm.metric.of:
                yield alarm, subject


def joined(*words: str) -> str:
    """The words that are not empty: an alarm and its subject, where there are several."""
    return "-".join(word for word in words if word)
