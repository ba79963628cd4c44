"""Metrics that the lines of a log become."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from settings.tables.operations import CountedLog, MetricTable


@dataclass(frozen=True, kw_only=True)
class CountedMetricsArgs(Args):
    """The rows of `metrics` that count lines, and the logs that they stand in."""

    tables: Mapping[str, MetricTable]  #: by word
    logs: Mapping[CountedLog, pulumi.Input[str]]  #: names of log groups


class CountedMetrics(Component):
    """Metrics that are the number of lines of a log that a pattern takes.

    Creates a metric filter a row.
    """

    filters: Mapping[str, str]  #: names, by the metrics' words

    def __init__(self, name: str, args: CountedMetricsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.filters = {word: args.names.of("filter", word) for word, table in args.tables.items() if table.counts}
        for word, table in args.tables.items():
            if table.counts:
                aws.cloudwatch.LogMetricFilter(
                    self.child(word),
                    name=self.filters[word],
                    log_group_name=args.logs[table.counts.log],
                    pattern=table.counts.pattern,
                    metric_transformation={
                        "namespace": table.namespace,
                        "name": table.name,
                        "value": "1",
                        "default_value": "0",
                    },
                    opts=self.owned(),
                )
        self.register_outputs({"filters": dict(self.filters)})
