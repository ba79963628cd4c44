"""Certificates of public names, which AWS renews while their DNS records stay."""

from typing import Final

import pulumi

from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject

CERTIFICATE: Final = MetricKind("certificate", always=True)
DAYS_LEFT: Final = Metric(CERTIFICATE, "DaysToExpiry", "Minimum")

ALARMS: Final = (
    Alarm(
        word="certificate-days",
        metric=DAYS_LEFT,
        fires="below",
        period=86400,  # it comes about twice a day
        periods=1,
        missing="notBreaching",  # of a certificate that is not yet valid nothing is reported
        todo="AWS renews it 60 days before: see whether its validation records are still in the zone.",
    ),
)
#: Where a stack file says which charts there are.
MORE: Final = (
    Chart(
        word="certificates", title="Certificates", period=86400, lines=(ChartLine(metric=DAYS_LEFT, label="days left"),)
    ),
)


def certificate_subject(word: str, arn: pulumi.Input[str], resource: pulumi.Resource) -> Subject:
    """A certificate of the stack's own region."""
    namespace = "AWS/CertificateManager"
    return Subject(
        of=CERTIFICATE, word=word, namespace=namespace, dimensions={"CertificateArn": arn}, resource=resource
    )
