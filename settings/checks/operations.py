"""Alerts, alarms, budgets and hours."""

from collections.abc import Iterator

from settings import known
from settings.checks.check import check
from settings.settings import Settings
from settings.tables.alarms import AlarmsTable
from settings.tables.boards import CHARTS, OTHERS, identifiers
from settings.tables.operations import connections, memory
from settings.tables.table import Complaint
from settings.words import choice, either


@check("alerts", "secrets")
def alerts_find_their_webhook(s: Settings) -> Iterator[Complaint]:
    slack = s.alerts.slack if s.alerts else None
    written = [secret.path for secret in s.secrets.values() if secret.value != "generated"]
    if slack and slack.webhook not in written:
        use = f"use {either(written)}" if written else "add it to cloudplatform:secrets, with value: later"
        yield Complaint(("alerts", "slack", "webhook"), f"no secret {slack.webhook!r} holds a webhook's URL; {use}")


@check("alarms", "budget", "costs", "services", "alerts")
def alarms_tell_somebody(s: Settings) -> Iterator[Complaint]:
    for table, value in (("alarms", s.alarms != AlarmsTable()), ("budget", s.budget), ("costs", s.costs)):
        if value and not s.alerts:
            yield Complaint((table,), f"nobody would hear of the {table}; add cloudplatform:alerts")
    for word, service in s.services.items():
        if service.alarms.thresholds and not s.alerts:
            path = ("services", word, "alarms")
            yield Complaint(path, "nobody would hear of the alarms; add cloudplatform:alerts")


@check("alarms", "alerts", "database", "allow-unknown")
def alarms_are_off_while_all_is_well(s: Settings) -> Iterator[Complaint]:
    """A threshold that a healthy database crosses is an alarm that is always on."""
    if not s.alerts or not s.database:
        return
    size, quarter = s.database.instance_class, (memory(s.database) or 16384) // 4
    if s.alarms.database_memory > quarter:
        message = f"a healthy {size} has hardly more free, so the alarm would always be on; use {quarter} or less"
        yield Complaint(("alarms", "database-memory"), message)
    if s.alarms.database_storage >= s.database.storage.initial:
        message = f"the disk has {s.database.storage.initial} GB in all, so the alarm would always be on; use less"
        yield Complaint(("alarms", "database-storage"), message)
    lost = size not in (*known.table()["database"][s.database.engine]["classes"], *s.allow_unknown)  # told elsewhere
    if not connections(s.database) and not (lost and "max_connections" not in s.database.parameters):
        message = 'the alarm on connections must know how many there may be; use text such as "100"'
        yield Complaint(("database", "parameters", "max_connections"), message)


@check("alarms", "alerts", "metrics")
def alarms_name_what_is_there(s: Settings) -> Iterator[Complaint]:
    """Severities of the alerts' table, and metrics of its own."""
    known = [*s.alerts.rows] if s.alerts else []
    for table, rows in (("adjusted", s.alarms.adjusted), ("own", s.alarms.own)):
        for word, row in rows.items():
            if known and row.severity is not None and row.severity not in known:
                message = f"there is no severity {row.severity!r}; {choice(row.severity, known)}"
                yield Complaint(("alarms", table, word, "severity"), message)
    for word, row in s.alarms.own.items():
        if row.metric not in s.metrics:
            yield Complaint(
                ("alarms", "own", word, "metric"), f"there is no metric {row.metric!r}; {_metric(row.metric, s)}"
            )


def _metric(word: str, s: Settings) -> str:
    return choice(word, s.metrics, none="add it to cloudplatform:metrics")


@check("metrics", "audit", "network")
def counted_logs_are_there(s: Settings) -> Iterator[Complaint]:
    there = {
        "trail": (s.audit.trail and s.audit.trail.mode != "skip", "add audit.trail"),
        "flow-logs": (s.network and s.network.flow_logs, "add network.flow-logs"),
    }
    for word, table in s.metrics.items():
        if table.counts and not there[table.counts.log][0]:
            path, advice = ("metrics", word, "counts", "log"), there[table.counts.log][1]
            yield Complaint(path, f"this stack keeps no such log; {advice}")


@check("charts", "metrics", "dashboards", "alerts")
def charts_show_what_is_there(s: Settings) -> Iterator[Complaint]:
    """Rows of metrics; and each chart is on a board."""
    shown = {word for board in s.dashboards.values() for word in board.charts}
    if s.dashboards and not s.alerts:
        yield Complaint(("dashboards",), "boards come with the alarms; add cloudplatform:alerts")
    for word, chart in s.charts.items():
        if word in (*CHARTS, *OTHERS):
            yield Complaint(("charts", word), "a built-in chart has this word; use another")
        elif word not in shown:
            yield Complaint(("charts", word), "no board shows it; add it to the charts of one, or remove it")
        for index, metric in enumerate(chart.metrics):
            if metric not in s.metrics:
                yield Complaint(
                    ("charts", word, "metrics", index), f"there is no metric {metric!r}; {_metric(metric, s)}"
                )
        for label, expression in chart.formulas.items():
            known = [metric.replace("-", "_") for metric in s.metrics]
            for each in identifiers(expression):
                if each not in known:
                    use = choice(each, known, none="add it to cloudplatform:metrics")
                    yield Complaint(("charts", word, "formulas", label), f"there is no metric {each!r}; {use}")


@check("dashboards", "charts", "names")
def boards_show_what_is_there(s: Settings) -> Iterator[Complaint]:
    """Charts that are built in or a row of charts; and each board has a name of its own."""
    known, names = [*CHARTS, *OTHERS, *s.charts], dict[str, str]()
    for word, board in s.dashboards.items():
        for index, chart in enumerate(board.charts):
            if chart not in known:
                yield Complaint(
                    ("dashboards", word, "charts", index), f"there is no chart {chart!r}; {choice(chart, known)}"
                )
        first = names.setdefault(s.names.of("dashboard", word), word)
        if first != word:
            message = f"{first} has the same name; add {{id}} to names.patterns.dashboard"
            yield Complaint(("dashboards", word), message, other=("dashboards", first))


@check("posture", "hours")
def protected_stacks_always_run(s: Settings) -> Iterator[Complaint]:
    if s.hours and s.posture == "protected":
        yield Complaint(("hours",), "a protected stack runs day and night; remove this, or choose a weaker posture")


@check("hours", "database")
def stopped_databases_stand_alone(s: Settings) -> Iterator[Complaint]:
    """RDS stops no database that has a read replica or is one (user guide, "Stopping a DB instance temporarily")."""
    if s.hours and s.database and (s.database.replicas or s.database.source):
        field, words = ("replicas", "with replicas") if s.database.replicas else ("source", "that follows another")
        message = f"RDS cannot stop a database {words}; remove one of the two"
        yield Complaint(("hours",), message, ("database", field))


@check("logs", "network", "cluster", "services")
def logs_have_writers(s: Settings) -> Iterator[Complaint]:
    """Each log that a table names is there, and each row is named."""
    flows = s.network.flow_logs.log if s.network and s.network.flow_logs else None
    named = {("network", "flow-logs", "log"): flows, ("cluster", "events"): s.cluster.events}
    for path, word in named.items():
        if word and word not in s.logs:
            use = choice(word, s.logs, none="add one to cloudplatform:logs")
            yield Complaint(path, f"there is no log {word!r}; {use}")
    for word in s.logs.keys() - {*named.values()}:
        yield Complaint(
            ("logs", word), "nothing is written to it; name it in network.flow-logs or cluster, or remove it"
        )
    if s.cluster.events and not s.services:
        yield Complaint(("cluster", "events"), "there is no cluster without services; remove this")


@check("datadog")
def datadog_is_somebody_else(s: Settings) -> Iterator[Complaint]:
    if s.datadog and s.datadog.account == s.account:
        message = "this is the stack's own account; Datadog's is 464622532012, which is the default"
        yield Complaint(("datadog", "account"), message)
