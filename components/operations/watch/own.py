"""What a stack file watches beside what is built in: metrics of its own, their alarms and charts."""

from collections.abc import Mapping, Sequence

import pulumi

from components.operations.watch.model import Alarm, Chart, ChartLine, Formula, Metric, MetricKind, Subject
from settings.tables.alarms import OwnAlarmTable
from settings.tables.boards import ChartTable, named
from settings.tables.operations import MetricTable

Metrics = Mapping[str, MetricTable]


def own_alarms(rows: Mapping[str, OwnAlarmTable], metrics: Metrics) -> list[Alarm]:
    """An alarm a row."""
    return [
        Alarm(
            word=word,
            metric=_metric(row.metric, metrics),
            fires="above" if row.above is not None else "below" if row.below is not None else "outside",
            period=row.period,
            periods=row.minutes * 60 // row.period,
            missing=row.missing,
            severity=row.severity or "",
            todo=row.todo,
        )
        for word, row in rows.items()
    ]


def own_subjects(
    rows: Mapping[str, OwnAlarmTable],
    metrics: Metrics,
    starts: Mapping[str, Sequence[pulumi.Input[str]]],
    resource: pulumi.Resource,
) -> list[Subject]:
    """Each metric, with the thresholds of its alarms and what these start."""
    return [
        Subject(
            of=_kind(word),
            namespace=table.namespace,
            dimensions=dict(table.dimensions),
            thresholds={alarm: threshold(row) for alarm, row in rows.items() if row.metric == word},
            starts=starts,
            resource=resource,
        )
        for word, table in metrics.items()
    ]


def threshold(row: OwnAlarmTable) -> float:
    """The one of the three that a row gives; of a band its width."""
    return next(value for value in (row.above, row.below, row.band) if value is not None)


def own_chart(word: str, table: ChartTable, metrics: Metrics) -> Chart:
    """A line a metric, and one a formula."""
    lines = [ChartLine(metric=_metric(each, metrics), label=each) for each in table.metrics]
    for label, expression in table.formulas.items():
        parts = {each.replace("-", "_"): _metric(each, metrics) for each in named(expression, metrics)}
        lines.append(ChartLine(metric=Formula(expression=expression, parts=parts), label=label))
    return Chart(word=word, title=table.title, stacked=table.stacked, period=table.period, lines=lines)


def _kind(word: str) -> MetricKind:
    return MetricKind(f"metric-{word}")


def _metric(word: str, metrics: Metrics) -> Metric:
    return Metric(_kind(word), metrics[word].name, metrics[word].stat)
