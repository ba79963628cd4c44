"""What a service's log tells: metrics that are counted from its lines, and saved queries."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component

#: By word: what lines count, what a line adds, its unit, and what a minute without such a line counts as.
#: The application writes JSON lines with a numeric duration_ms (contradiction C-41).
FILTERS: Final = {
    "errors": ("Errors", "ERROR", "1", "Count", "0"),
    "latency": ("Latency", "{ $.duration_ms >= 0 }", "$.duration_ms", "Milliseconds", None),
    "requests": ("Requests", '"Request completed"', "1", "Count", "0"),
}
#: By word: the clauses of a saved query (requirements CP-LOG-10 to -12).
QUERIES: Final = {
    "error-analysis": (
        "fields @timestamp, @message",
        "filter @message like /ERROR/",
        """parse @message '"path": "*"' as endpoint""",
        "stats count() as errors by endpoint",
        "sort errors desc",
        "limit 10",
    ),
    "slow-requests": (
        "fields @timestamp, @message",
        "filter @message like /Request completed/",
        "parse @message 'duration=*ms' as duration",
        "filter duration > 1000",
        "stats count() as slow_requests, avg(duration) as avg_duration by bin(5m)",
    ),
    "request-volume-by-status": (
        "fields @timestamp, @message",
        "filter @message like /Request completed/",
        "parse @message 'status=*' as status",
        "stats count() as requests by status",
    ),
}


@dataclass(frozen=True, kw_only=True)
class LogInsightsArgs(Args):
    """The service, and the name of its log group."""

    service: str  #: its key in the stack file
    group: pulumi.Input[str]


class LogInsights(Component):
    """What a service's log tells beside its lines: how many errors and requests there are, and how long these take.

    Creates three metric filters and three saved queries.
    """

    namespace: str  #: of the metrics: of this environment's service alone

    def __init__(self, name: str, args: LogInsightsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.namespace = f"{args.names.prefix}/{args.service}"
        for word, (metric, pattern, value, unit, otherwise) in FILTERS.items():
            aws.cloudwatch.LogMetricFilter(
                self.child(word),
                name=args.names.of("filter", args.service, word),
                log_group_name=args.group,
                pattern=pattern,
                metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                    namespace=self.namespace, name=metric, value=value, unit=unit, default_value=otherwise
                ),
                opts=self.owned(),
            )
        for word, clauses in QUERIES.items():
            aws.cloudwatch.QueryDefinition(
                self.child(word),
                name=args.names.of("query", args.service, word),
                log_group_names=[args.group],
                query_string="\n| ".join(clauses),
                opts=self.owned(),
            )
        self.register_outputs({"namespace": self.namespace})
