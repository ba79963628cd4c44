"""What runs by itself: the environment's hours, alerts in Slack, rotations. Each is a function and what runs it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from components.compute.cluster import Cluster
from components.compute.function import Function, FunctionArgs, Place, Scope
from components.compute.service import Service
from components.data.cache import Cache
from components.data.database import Database
from components.handles import NamedRole, StoredSecret
from components.operations.notifier import Notifier, NotifierArgs
from components.operations.report import Report, ReportArgs
from components.operations.shutdown import Shutdown, ShutdownArgs
from components.operations.topics import Topics
from components.security.rotation import Rotation, RotationArgs
from functions.auto_remediate import AUTO_REMEDIATE
from functions.common.function import ANY
from functions.common.function import Function as Declaration
from functions.environment_schedule import SCALE_DOWN, SCALE_UP
from functions.posture_report import POSTURE_REPORT
from functions.rotate_cache import ROTATE_CACHE
from functions.rotate_database import ROTATE_DATABASE
from functions.slack_notifier import SLACK_NOTIFIER
from settings.settings import Settings
from settings.tables.detection import Day, ResponseTable
from settings.tables.operations import HoursTable, Severity, SlackTable

#: Application Auto Scaling asks for leave on all targets or none, but says what kind they are; what may be changed of
#: one is then bounded by ECS, which asks for leave on the service.
OF_SERVICES: Final = {
    "StringEquals": {
        "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
        "application-autoscaling:service-namespace": "ecs",
    }
}


def declared(settings: Settings) -> list[Declaration]:
    """The functions that a stack's tables ask for."""
    found: list[Declaration] = []
    if settings.hours:
        found += [SCALE_DOWN, SCALE_UP]
    if settings.alerts and settings.alerts.slack:
        found.append(SLACK_NOTIFIER)
    if settings.detection.response:
        found.append(AUTO_REMEDIATE)
    if settings.detection.security_hub and settings.detection.security_hub.report:
        found.append(POSTURE_REPORT)
    if settings.database and settings.database.secret.rotate_days:
        found.append(ROTATE_DATABASE)
    if settings.cache and settings.cache.secret.rotate_days:
        found.append(ROTATE_CACHE)
    return found


@dataclass(frozen=True, kw_only=True)
class Running:
    """The services that run, and in which cluster."""

    cluster: Cluster
    services: Mapping[str, Service]  #: by word


@dataclass(kw_only=True)
class Automation:
    """Builds the functions of one stack, each with what it may touch there, and what runs them."""

    settings: Settings
    roles: Mapping[str, NamedRole]  #: by function
    key: pulumi.Output[str]
    common: Mapping[str, Any]  #: what every component is given
    opts: pulumi.ResourceOptions
    functions: dict[str, Function] = field(default_factory=dict[str, Function])  #: by the declaration's name

    def keep_hours(self, hours: HoursTable, running: Running, database: Database) -> None:
        """Stop services and database in the evening, and start them in the morning."""
        names, services = self.settings.names, running.services
        counts = {service.service_name: self.settings.services[word].count.min for word, service in services.items()}
        scopes = {
            "services": self._services(running, list(services)),
            "scaling-targets": Scope([self.common["facts"].scalable_targets], OF_SERVICES),
            "database": Scope([self.common["facts"].database(database.name)]),
        }
        variables = {
            "CLUSTER": running.cluster.name,
            "SERVICES": json.dumps(counts, sort_keys=True),
            "DATABASE": database.name,
        }
        after = [running.cluster, *services.values(), database]
        down, up = (
            self._function(each, scopes, variables, after, name=names.scheduled(each.name))
            for each in (SCALE_DOWN, SCALE_UP)
        )
        Shutdown("shutdown", ShutdownArgs(hours=hours, down=down, up=up, **self.common), self.opts)

    def post_alerts(self, slack: SlackTable, topics: Topics, webhook: StoredSecret) -> None:
        """Post the topics' alerts to Slack."""
        scopes = {"secret": Scope([webhook.arn])}
        notifier = self._function(SLACK_NOTIFIER, scopes, {"WEBHOOK_SECRET": webhook.arn}, [webhook.writer])
        args = NotifierArgs(topics=topics.arns, severities=slack.severities, function=notifier, **self.common)
        Notifier("notifier", args, self.opts)

    def respond(self, table: ResponseTable, topics: Topics) -> Function:
        """Isolate, close and revoke at once; what runs it are the findings' rules.

        Whatever is compromised can be any part of the account, so its role reaches all networks, and the buckets and
        clusters of the project.
        """
        facts, project = self.common["facts"], self.settings.project
        scopes = {
            ANY: Scope(["*"]),
            "network-interfaces": Scope([facts.network_part("network-interface")]),
            "security-groups": Scope([facts.network_part("security-group")]),
            "vpcs": Scope([facts.network_part("vpc")]),
            # ECS asks for leave to list on no single task, but says of which cluster.
            "clusters": Scope(["*"], {"ArnLike": {"ecs:cluster": facts.cluster(f"{project}-*")}}),
            "tasks": Scope([facts.tasks(f"{project}-*")]),
            "buckets": Scope([facts.bucket(f"{project}-*")]),
        }
        variables = {
            "PUBLIC_GROUPS": json.dumps(list(table.public_groups)),
            "QUARANTINE_GROUP": self.settings.names.of("sg", "quarantine"),
        }
        return self._teller(AUTO_REMEDIATE, "ALERT_TOPIC", "critical", topics, scopes, variables)

    def report(self, day: Day, topics: Topics) -> None:
        """Send the week's summary of Security Hub."""
        scopes = {"hub": Scope([self.common["facts"].hub])}
        function = self._teller(POSTURE_REPORT, "REPORT_TOPIC", "info", topics, scopes, {})
        Report("posture-report", ReportArgs(day=day, function=function, **self.common), self.opts)

    def _teller(
        self,
        declaration: Declaration,
        variable: str,
        severity: Severity,
        topics: Topics,
        scopes: Mapping[str, Scope],
        variables: Mapping[str, pulumi.Input[str]],
    ) -> Function:
        """A function that publishes to a topic."""
        topic = self.common["facts"].topic(self.settings.names.topic(severity))
        return self._function(
            declaration, {**scopes, "topic": Scope([topic])}, {**variables, variable: topic}, [topics]
        )

    def rotate_database(
        self, database: Database, running: Running, place: Place, ways: Sequence[pulumi.Resource]
    ) -> None:
        """Renew the database's password, if its table says when."""
        table = self.settings.database
        if table and table.secret.rotate_days:
            function = self._renewer(ROTATE_DATABASE, "database", database, running, place)
            self._rotate("database", table.secret.rotate_days, function, database, running, ways)

    def rotate_cache(self, cache: Cache, running: Running, place: Place, ways: Sequence[pulumi.Resource]) -> None:
        """Renew the cache's AUTH token, if its table says when."""
        table = self.settings.cache
        if table and table.secret.rotate_days:
            scopes = {"cache": Scope([self.common["facts"].cache(cache.name)])}
            address = {"REPLICATION_GROUP": cache.name, "CACHE_HOST": cache.host, "CACHE_PORT": str(cache.port)}
            function = self._renewer(ROTATE_CACHE, "cache", cache, running, place, scopes, address)
            self._rotate("cache", table.secret.rotate_days, function, cache, running, ways)

    def _renewer(
        self,
        declaration: Declaration,
        store: str,
        keeper: Database | Cache,
        running: Running,
        place: Place,
        scopes: Mapping[str, Scope] | None = None,
        variables: Mapping[str, pulumi.Input[str]] | None = None,
    ) -> Function:
        """The function that renews a store's secret, and then the tasks of the services that connect to it."""
        words = list(self.settings.clients(store))
        names = [running.services[word].service_name for word in words]
        return self._function(
            declaration,
            {**(scopes or {}), "secret": Scope([keeper.secret_arn]), "services": self._services(running, words)},
            {**(variables or {}), "CLUSTER": running.cluster.name, "SERVICES": json.dumps(names)},
            [running.cluster, *running.services.values(), keeper],
            place=place,
        )

    def _rotate(
        self,
        store: str,
        days: int,
        function: Function,
        keeper: Database | Cache,
        running: Running,
        ways: Sequence[pulumi.Resource],
    ) -> None:
        after = [keeper, *running.services.values(), *ways]
        args = RotationArgs(secret_arn=keeper.secret_arn, days=days, function=function, after=after, **self.common)
        Rotation(f"rotation-{store}", args, self.opts)

    def _services(self, running: Running, words: Sequence[str]) -> Scope:
        facts, cluster = self.common["facts"], running.cluster.name
        return Scope([facts.service(cluster, running.services[word].service_name) for word in words])

    def _function(
        self,
        declaration: Declaration,
        scopes: Mapping[str, Scope],
        variables: Mapping[str, pulumi.Input[str]],
        after: Sequence[pulumi.Resource],
        *,
        name: str = "",
        place: Place | None = None,
    ) -> Function:
        args = FunctionArgs(
            declaration=declaration,
            table=self.settings.functions,
            function_name=name or self.settings.names.of("lambda", declaration.name),
            role=self.roles[declaration.name],
            scopes=scopes,
            variables=variables,
            key=self.key,
            after=after,
            place=place,
            **self.common,
        )
        function = Function(f"function-{declaration.name}", args, self.opts)
        self.functions[declaration.name] = function
        return function
