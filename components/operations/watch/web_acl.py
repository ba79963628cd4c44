"""The web ACL before the load balancer: what it turned away."""

from typing import Final

from components.edge.web_acl import WebAcl
from components.operations.watch.model import Chart, ChartLine, Metric, MetricKind, Subject

WEB_ACL: Final = MetricKind("web-acl")
BLOCKED: Final = Metric(WEB_ACL, "BlockedRequests", "Sum")

#: Where a stack file says which charts there are.
MORE_CHARTS: Final = (
    Chart(word="blocked-requests", title="Blocked Requests", lines=(ChartLine(metric=BLOCKED, label="blocked"),)),
)


def web_acl_subject(acl: WebAcl, region: str | None) -> Subject:
    """All its rules; `region` is None at CloudFront, whose ACLs report without one."""
    where = {"Region": region} if region else {}
    dimensions = {"WebACL": acl.name, **where, "Rule": "ALL"}
    return Subject(of=WEB_ACL, namespace="AWS/WAFV2", dimensions=dimensions, resource=acl)
