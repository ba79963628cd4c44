"""Breaches of what is counted and asked of the application's log."""

from tests.requirements import test_logs as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, change, drop, merged, plant

FILTER, QUERY = "cloudwatch.LogMetricFilter", "cloudwatch.QueryDefinition"

BREACHES = [
    Breach("CP-LOG-07", AREA.test_error_lines_are_counted, drop(FILTER, "errors")),
    Breach("CP-LOG-08", AREA.test_the_latency_is_read_from_its_field,
           change(FILTER, "latency", metricTransformation=merged(value="1"))),
    Breach("CP-LOG-09", AREA.test_requests_are_counted, change(FILTER, "requests", logGroupName="/ecs/dev/other")),
    Breach("CP-LOG-13", AREA.test_the_log_may_be_archived, plant("cloudwatch.LogSubscriptionFilter", name="early")),
    Breach("CP-LOG-13", AREA.test_the_log_may_be_archived, plant("kinesis.FirehoseDeliveryStream", name="x"), "prod"),
    *(
        Breach(id_, AREA.test_a_saved_query, change(QUERY, name, queryString=" | ".join(reversed(clauses))),
               more={"name": name, "clauses": clauses})
        for id_, (name, clauses) in AREA.QUERIES.items()
    ),
]  # fmt: skip
