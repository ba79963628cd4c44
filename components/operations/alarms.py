"""Alarms: when each fires, whom it notifies, and when it is muted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.operations.watch.incidents import INCIDENTS
from components.operations.watch.kinds import joined, watched
from components.operations.watch.model import Alarm, Formula, Incident, Subject
from settings.tables.operations import AlarmsTable, HoursTable, Severity

RUNBOOK: Final = "docs/runbooks/alarms.md"
COMPARISONS: Final = {"above": "GreaterThanThreshold", "below": "LessThanThreshold"}
#: Seconds that an incident waits for the one that it is held back by, and after it. The longest alarm fires in five
#: minutes; what lasts longer than that is a fault of its own.
WAIT, EXTENSION = 300, 60


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs(Args):
    """The thresholds, what is watched, and where alarms are sent."""

    thresholds: AlarmsTable
    subjects: Sequence[Subject]
    topics: Mapping[Severity, pulumi.Input[str]]  #: ARNs
    hours: HoursTable | None = None  #: outside them all alarms are muted


class Alarms(Component):
    """Every alarm that the subjects have, and the incidents that they belong to.

    Creates a metric alarm for each alarm of the table and each subject with its metric, a composite alarm an incident,
    and, where the environment does not always run, rules that mute the alarms on what stands still meanwhile.
    """

    alarm_arns: Mapping[str, pulumi.Output[str]]  #: by the alarm's word and the subject's
    incident_arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        found = list(watched(args.subjects))
        alarms = {joined(alarm.word, subject.word): self._alarm(args, alarm, subject) for alarm, subject in found}
        self.alarm_arns = {word: alarm.arn for word, alarm in alarms.items()}
        incidents: dict[str, aws.cloudwatch.CompositeAlarm] = {}
        for incident in INCIDENTS:
            words = [joined(row.word, of.word) for row, of in found if row.incident == incident]
            if words:
                members = {args.names.of("alarm", word): alarms[word] for word in words}
                incidents[incident.word] = self._incident(args, incident, members, incidents.get(incident.after))
        self.incident_arns = {word: incident.arn for word, incident in incidents.items()}
        if args.hours:
            still = [alarms[joined(row.word, of.word)].name for row, of in found if not of.of.always]
            self._mute(args, args.hours, [*still, *(each.alarm_name for each in incidents.values())])
        self.register_outputs({"alarm_arns": dict(self.alarm_arns), "incident_arns": dict(self.incident_arns)})

    def _alarm(self, args: AlarmsArgs, alarm: Alarm, subject: Subject) -> aws.cloudwatch.MetricAlarm:
        word = joined(alarm.word, subject.word)
        name = args.names.of("alarm", word)
        started = [subject.starts[alarm.word]] if alarm.word in subject.starts else []
        return aws.cloudwatch.MetricAlarm(
            self.child(word),
            name=name,
            alarm_description=f"{alarm.todo} Runbook: {RUNBOOK}#{alarm.word}",
            comparison_operator=COMPARISONS[alarm.fires],
            threshold=alarm.threshold(args.thresholds, subject),
            evaluation_periods=alarm.periods,
            treat_missing_data=alarm.missing,
            alarm_actions=[args.topics["critical" if alarm.incident else "warning"], *started],
            ok_actions=[args.topics["info"]] if alarm.ends else None,
            tags=self.named(name),
            opts=self.owned(depends_on=[subject.resource]),
            **_measured(alarm, subject),
        )

    def _incident(
        self,
        args: AlarmsArgs,
        incident: Incident,
        members: Mapping[str, aws.cloudwatch.MetricAlarm],  # by name
        other: aws.cloudwatch.CompositeAlarm | None,
    ) -> aws.cloudwatch.CompositeAlarm:
        name = args.names.of("incident", incident.word.removesuffix("-incident"))
        return aws.cloudwatch.CompositeAlarm(
            self.child(incident.word),
            alarm_name=name,
            alarm_description=f"{incident.meaning} Runbook: {RUNBOOK}#{incident.word}",
            alarm_rule=" OR ".join(f'ALARM("{member}")' for member in members),
            alarm_actions=[args.topics["critical"]],
            # Whoever was called hears that it is over.
            ok_actions=[args.topics["critical"]],
            actions_suppressor={"alarm": other.alarm_name, "wait_period": WAIT, "extension_period": EXTENSION}
            if other
            else None,
            tags=self.named(name),
            opts=self.owned(depends_on=list(members.values())),
        )

    def _mute(self, args: AlarmsArgs, hours: HoursTable, names: Sequence[pulumi.Input[str]]) -> None:
        """From each stop until the next start has settled."""
        night = 24 * 60 - hours.minutes + hours.settle
        for word, first, last, duration in (
            ("nights", "MON", "THU", night),
            ("weekends", "FRI", "FRI", night + 2 * 24 * 60),
        ):
            name = args.names.of("mute", word)
            minute, hour, days = hours.utc(hours.stop, first, last)
            aws.cloudwatch.AlarmMuteRule(
                self.child("mute", word),
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


def _measured(alarm: Alarm, subject: Subject) -> dict[str, Any]:
    """What an alarm looks at: a metric, or a formula of several."""
    metric = alarm.metric
    if isinstance(metric, Formula):
        parts = [
            {
                "id": word,
                "metric": {
                    "namespace": subject.namespace,
                    "metric_name": part.name,
                    "stat": part.stat,
                    "period": alarm.period,
                    "dimensions": subject.dimensions,
                },
            }
            for word, part in metric.parts.items()
        ]
        whole = {"id": "result", "expression": metric.expression, "label": alarm.word, "return_data": True}
        return {"metric_queries": [*parts, whole]}
    percentile = metric.stat.startswith("p")
    return {
        "namespace": subject.namespace,
        "metric_name": metric.name,
        "dimensions": subject.dimensions,
        "period": alarm.period,
        "statistic": None if percentile else metric.stat,
        "extended_statistic": metric.stat if percentile else None,
        # Of a p99, CloudWatch calls less than a thousand requests too few: ignored, the alarm would be silent in dev.
        "evaluate_low_sample_count_percentiles": "evaluate" if percentile else None,
    }


def _iso(minutes: int) -> str:
    """A duration as ISO 8601 has it: P2DT12H30M."""
    days, rest = divmod(minutes, 24 * 60)
    parts = "".join(f"{count}{unit}" for count, unit in zip(divmod(rest, 60), "HM", strict=True) if count)
    return f"P{f'{days}D' if days else ''}{f'T{parts}' if parts else ''}"
