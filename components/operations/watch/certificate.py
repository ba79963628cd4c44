"""Certificates: of public names, which AWS renews while their DNS records stay, and imported ones, which it leaves."""

from typing import Final

import pulumi

from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject

CERTIFICATE: Final = MetricKind("certificate", always=True)
DAYS_LEFT: Final = Metric(CERTIFICATE, "DaysToExpiry", "Minimum")
IMPORTED: Final = MetricKind("imported-certificate", always=True)
IMPORTED_DAYS_LEFT: Final = Metric(IMPORTED, "DaysToExpiry", "Minimum")

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
    Alarm(
        word="imported-certificate-days",
        metric=IMPORTED_DAYS_LEFT,
        fires="below",
        period=86400,
        periods=1,
        missing="notBreaching",
        todo="Nobody renews what was imported: import a new one under the same ARN.",
    ),
)
#: Where a stack file says which charts there are.
MORE_CHARTS: Final = (
    Chart(
        word="certificates",
        title="Certificates",
        period=86400,
        lines=(
            ChartLine(metric=DAYS_LEFT, label="days left"),
            ChartLine(metric=IMPORTED_DAYS_LEFT, label="days left of an imported one"),
        ),
    ),
)


def certificate_subject(
    word: str, arn: pulumi.Input[str], resource: pulumi.Resource, of: MetricKind = CERTIFICATE
) -> Subject:
    """A certificate of the stack's own region."""
    namespace = "AWS/CertificateManager"
    return Subject(of=of, word=word, namespace=namespace, dimensions={"CertificateArn": arn}, resource=resource)
