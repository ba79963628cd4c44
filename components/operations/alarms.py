"""Alarms: when each fires, whom it notifies, and when it is muted."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.operations.watch.incidents import INCIDENTS
from components.operations.watch.kinds import joined, watched
from components.operations.watch.model import Alarm, Formula, Incident, Metric, Subject
from settings.tables.alarms import AlarmsTable
from settings.tables.operations import AlertsTable, HoursTable

RUNBOOK: Final = "docs/runbooks/alarms.md"
COMPARISONS: Final = {
    "above": "GreaterThanThreshold",
    "below": "LessThanThreshold",
    "outside": "LessThanLowerOrGreaterThanUpperThreshold",
}
#: Seconds that an incident waits for the one that it is held back by, and after it. The longest alarm fires in five
#: minutes; what lasts longer than that is a fault of its own.
WAIT, EXTENSION = 300, 60


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs(Args):
    """The thresholds, what is watched, and where alarms are sent."""

    thresholds: AlarmsTable
    subjects: Sequence[Subject]
    own: Sequence[Alarm] = ()  #: alarms beside those that are built in
    alerts: AlertsTable  #: which topics a severity notifies
    topics: Mapping[str, pulumi.Input[str]]  #: ARNs, by severity
    region: str | None = None  #: default: the stack's; topics are of the same
    hours: HoursTable | None = None  #: outside them all alarms are muted


class Alarms(Component):
    """Every alarm that the subjects have, and the incidents that they belong to.

    Creates a metric alarm for each alarm of the table and each subject with its metric; a composite alarm an incident,
    unless the table has none; and, where the environment does not always run, rules that mute the alarms on what stands
    still meanwhile.
    """

    alarm_arns: Mapping[str, pulumi.Output[str]]  #: by the alarm's word and the subject's
    incident_arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        found = [(_graded(args, alarm), of) for alarm, of in watched(args.thresholds, args.subjects, args.own)]
        alarms = {joined(alarm.word, of.word): self._alarm(args, alarm, of) for alarm, of in found}
        self.alarm_arns = {word: alarm.arn for word, alarm in alarms.items()}
        incidents: dict[str, aws.cloudwatch.CompositeAlarm] = {}
        for incident in INCIDENTS:
            words = [joined(alarm.word, of.word) for alarm, of in found if alarm.incident == incident]
            if words:
                members = {args.names.of("alarm", word): alarms[word] for word in words}
                incidents[incident.word] = self._incident(args, incident, members, incidents.get(incident.after))
        self.incident_arns = {word: incident.arn for word, incident in incidents.items()}
        if args.hours:
            still = [alarms[joined(alarm.word, of.word)].name for alarm, of in found if not of.of.always]
            self._mute(args, args.hours, [*still, *(each.alarm_name for each in incidents.values())])
        self.register_outputs({"alarm_arns": dict(self.alarm_arns), "incident_arns": dict(self.incident_arns)})

    def _alarm(self, args: AlarmsArgs, alarm: Alarm, subject: Subject) -> aws.cloudwatch.MetricAlarm:
        word = joined(alarm.word, subject.word)
        name = args.names.of("alarm", word)
        alarm_starts = subject.starts.get(alarm.word, ())
        return aws.cloudwatch.MetricAlarm(
            self.child(word),
            region=args.region,
            name=name,
            alarm_description=f"{alarm.todo} Runbook: {RUNBOOK}#{alarm.word}",
            comparison_operator=COMPARISONS[alarm.fires],
            evaluation_periods=alarm.periods,
            treat_missing_data=alarm.missing,
            alarm_actions=[*self._topics(alarm.severity), *alarm_starts] or None,
            ok_actions=[*self._topics(args.alerts.grade("info"))] if alarm.ends else None,
            tags=self._tags_of(name, alarm.severity),
            opts=self.owned(depends_on=[subject.resource]),
            **_measured(alarm, subject, alarm.threshold(args.thresholds, subject)),
        )

    def _incident(
        self,
        args: AlarmsArgs,
        incident: Incident,
        members: Mapping[str, aws.cloudwatch.MetricAlarm],  # by name
        other: aws.cloudwatch.CompositeAlarm | None,
    ) -> aws.cloudwatch.CompositeAlarm:
        name = args.names.of("incident", incident.word.removesuffix("-incident"))
        critical = args.alerts.grade("critical")
        return aws.cloudwatch.CompositeAlarm(
            self.child(incident.word),
            region=args.region,
            alarm_name=name,
            alarm_description=f"{incident.meaning} Runbook: {RUNBOOK}#{incident.word}",
            alarm_rule=" OR ".join(f'ALARM("{member}")' for member in members),
            alarm_actions=[*self._topics(critical)],
            # Whoever was called hears that it is over.
            ok_actions=[*self._topics(critical)],
            actions_suppressor={"alarm": other.alarm_name, "wait_period": WAIT, "extension_period": EXTENSION}
            if other
            else None,
            tags=self._tags_of(name, critical),
            opts=self.owned(depends_on=list(members.values())),
        )

    def _topics(self, severity: str) -> Sequence[pulumi.Input[str]]:
        return [self._args.topics[word] for word in self._args.alerts.route(severity)]

    def _tags_of(self, name: str, severity: str) -> dict[str, str]:
        """The tags of an alarm: Name, and its severity if the table asks for that."""
        tag = self._args.thresholds.tag
        return {**self.named(name), **({tag: severity} if tag else {})}

    def _mute(self, args: AlarmsArgs, hours: HoursTable, names: Sequence[pulumi.Input[str]]) -> None:
        """Mute alarms from each stop until a while after the next start."""
        night = 24 * 60 - hours.minutes + hours.settle
        for word, first, last, duration in (
            ("nights", "MON", "THU", night),
            ("weekends", "FRI", "FRI", night + 2 * 24 * 60),
        ):
            name = args.names.of("mute", word)
            minute, hour, days = hours.utc(hours.stop, first, last)
            aws.cloudwatch.AlarmMuteRule(
                self.child("mute", word),
                region=args.region,
                name=name,
                description="The environment does not run",
                rule={
                    "schedule": {
                        "expression": f"cron({minute} {hour} * * {days})",
                        "duration": _iso(duration),
                        "timezone": "UTC",
                    }
                },
                mute_targets={"alarm_names": list(names)},
                tags=self.named(name),
                opts=self.owned(),
            )


def _graded(args: AlarmsArgs, alarm: Alarm) -> Alarm:
    """The alarm with the severity that the stack file gives it. Only critical alarms belong to an incident."""
    critical = args.alerts.grade("critical")
    severity = alarm.severity or (critical if alarm.incident else args.alerts.grade("warning"))
    kept = alarm.incident if args.thresholds.incidents and severity == critical else None
    return dataclasses.replace(alarm, severity=severity, incident=kept)


def _measured(alarm: Alarm, subject: Subject, threshold: float | None) -> dict[str, Any]:
    """The alarm's metric and threshold: a metric, a formula, or a band of usual values (anomaly detection)."""
    metric = alarm.metric
    if isinstance(metric, Formula):
        parts = [_query(word, part, alarm, subject) for word, part in metric.parts.items()]
        whole = {"id": "result", "expression": metric.expression, "label": alarm.word, "return_data": True}
        return {"metric_queries": [*parts, whole], "threshold": threshold}
    if alarm.fires == "outside":
        seen = {**_query("seen", metric, alarm, subject), "return_data": True}
        expression = f"ANOMALY_DETECTION_BAND(seen, {threshold:g})"
        usual = {"id": "usual", "expression": expression, "label": "usual", "return_data": True}
        return {"metric_queries": [seen, usual], "threshold_metric_id": "usual"}
    if subject.alternate:
        # An array's SUM and MAX take what there is of it: one of the two has no tasks, and so no metrics.
        both = [_query("first", metric, alarm, subject), _query("second", metric, alarm, subject, subject.alternate)]
        expression = f"{metric.together}([first, second])"
        whole = {"id": "result", "expression": expression, "label": alarm.word, "return_data": True}
        return {"metric_queries": [*both, whole], "threshold": threshold}
    percentile = metric.stat.startswith("p")
    return {
        "namespace": subject.namespace,
        "metric_name": metric.name,
        "dimensions": subject.dimensions,
        "period": alarm.period,
        "statistic": None if percentile else metric.stat,
        "extended_statistic": metric.stat if percentile else None,
        "threshold": threshold,
        # Of a p99, CloudWatch calls less than a thousand requests too few: ignored, the alarm would be silent in dev.
        "evaluate_low_sample_count_percentiles": "evaluate" if percentile else None,
    }


def _query(
    word: str,
    metric: Metric,
    alarm: Alarm,
    subject: Subject,
    dimensions: Mapping[str, pulumi.Input[str]] | None = None,
) -> dict[str, Any]:
    """A metric as a formula names it; `dimensions` are those of the other, where two take turns."""
    return {
        "id": word,
        "metric": {
            "namespace": subject.namespace,
            "metric_name": metric.name,
            "stat": metric.stat,
            "period": alarm.period,
            "dimensions": dimensions or subject.dimensions,
        },
    }


def _iso(minutes: int) -> str:
    """A duration as ISO 8601 has it: P2DT12H30M."""
    days, rest = divmod(minutes, 24 * 60)
    parts = "".join(f"{count}{unit}" for count, unit in zip(divmod(rest, 60), "HM", strict=True) if count)
    return f"P{f'{days}D' if days else ''}{f'T{parts}' if parts else ''}"
