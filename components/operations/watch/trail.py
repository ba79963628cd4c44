"""The account's trail: the calls that metric filters count in its log."""

from typing import Final

import pulumi

from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject

TRAIL: Final = MetricKind("trail", always=True)
REFUSED_CALLS: Final = Metric(TRAIL, "UnauthorizedCalls", "Sum")
PLAIN_SIGN_INS: Final = Metric(TRAIL, "SignInsWithoutMfa", "Sum")
TRAIL_CHANGES: Final = Metric(TRAIL, "TrailChanges", "Sum")

ALARMS: Final = (
    Alarm(
        word="unauthorized-calls",
        metric=REFUSED_CALLS,
        fires="above",
        period=300,
        periods=1,
        missing="notBreaching",  # nobody called anything
        todo="Find in the trail who was refused what: a changed role, or somebody who tries out a stolen key.",
    ),
    Alarm(
        word="sign-in-without-mfa",
        metric=PLAIN_SIGN_INS,
        fires="above",
        period=300,
        periods=1,
        missing="notBreaching",  # as for unauthorized-calls
        todo="Ask whoever it was, and take the user away: people come through the identity provider.",
    ),
    Alarm(
        word="trail-changed",
        metric=TRAIL_CHANGES,
        fires="above",
        period=300,
        periods=1,
        missing="notBreaching",  # as for unauthorized-calls
        todo="If no deployment did it, somebody covers tracks: switch the trail on again, then look at who it was.",
    ),
)
CHARTS: Final = (
    Chart(word="refused-calls", title="Refused Calls", lines=(ChartLine(metric=REFUSED_CALLS, label="refused"),)),
    Chart(word="sign-ins", title="Sign-ins without MFA", lines=(ChartLine(metric=PLAIN_SIGN_INS, label="sign-ins"),)),
    Chart(
        word="trail-changes", title="Changes of the Trail", lines=(ChartLine(metric=TRAIL_CHANGES, label="changes"),)
    ),
)


def trail_subjects(namespace: str, filters: pulumi.Resource) -> list[Subject]:
    """What the metric filters on the trail's log count into a namespace."""
    return [Subject(of=TRAIL, namespace=namespace, resource=filters)]
