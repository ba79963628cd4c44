"""The platform: every tier of one stack, each given its table and its neighbours' outputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.account import Account
from components.automation import Automation, Running, declared
from components.compute.cluster import Cluster, ClusterArgs
from components.compute.function import Place
from components.compute.image import Image, ImageArgs
from components.compute.load_balancer import LoadBalancer, LoadBalancerArgs
from components.compute.registry import Registry, RegistryArgs
from components.compute.scaling import Scaling, ScalingArgs
from components.compute.service import Service, ServiceArgs, ServiceImage, repository_of
from components.data.bucket import Bucket, BucketArgs
from components.data.cache import Cache, CacheArgs
from components.data.database import Database, DatabaseArgs
from components.data.dynamo import Dynamo, DynamoArgs
from components.data.snapshot_export import SnapshotExport, SnapshotExportArgs
from components.edge.certificate import Certificate, CertificateArgs
from components.edge.records import Records, RecordsArgs
from components.edge.web_acl import WebAcl, WebAclArgs
from components.edge.zone import Zone, ZoneArgs
from components.facts import Facts
from components.network.acls import NetworkAcls, NetworkAclsArgs
from components.network.conversations import conversations, groups
from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.firewall import Firewall, FirewallArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.network import Network, NetworkArgs
from components.operations import subjects
from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.budget import Budget, BudgetArgs
from components.operations.costs import Costs, CostsArgs
from components.operations.dashboard import Dashboard, DashboardArgs
from components.operations.findings import Findings, FindingsArgs
from components.operations.log_insights import LogInsights, LogInsightsArgs
from components.operations.topics import PRINCIPALS, Publisher, Topics, TopicsArgs
from components.operations.watch import Subject
from components.security.documents import Statement, grant
from components.security.key import Key, KeyArgs
from components.security.parameters import Parameters, ParametersArgs
from components.security.recorder import recorder_deliveries
from components.security.roles import Roles, RolesArgs
from components.security.secrets import Secrets, SecretsArgs, StoredSecret
from components.security.trail import trail_deliveries, trail_encrypts
from settings.compute import ServiceTable
from settings.data import CACHE_PORT
from settings.network import NetworkTable
from settings.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where things stand: the network, and who may talk to whom in it."""

    table: NetworkTable
    network: Network
    firewall: Firewall
    fences: NetworkAcls | None
    endpoints: Endpoints | None

    def subnets(self, tier: str) -> list[pulumi.Output[str]]:
        """The subnets of a tier, in the order of the zones."""
        return self.network.subnet_ids[tier]

    @property
    def ways(self) -> list[pulumi.Resource]:
        """All that a packet passes."""
        return [each for each in (self.network, self.firewall, self.fences, self.endpoints) if each]

    def group(self, part: str) -> pulumi.Output[str]:
        """The security group of a part."""
        return self.firewall.group_ids[part]


@dataclass(kw_only=True)
class Stores:
    """What services connect to: where it answers, and which secrets open it."""

    addresses: dict[str, dict[str, pulumi.Input[str]]] = field(default_factory=dict[str, dict[str, pulumi.Input[str]]])
    secrets: dict[str, StoredSecret] = field(default_factory=dict[str, StoredSecret])  #: by path
    database: Database | None = None
    cache: Cache | None = None


class Platform:
    """One stack: the components that its tables ask for, built in the order in which they need each other.

    `given` holds the values of secrets that come from `pulumi config set --secret`, by their key in the stack file.
    `exports` is what a user needs next: URLs, endpoints, ARNs, names.
    """

    def __init__(self, settings: Settings, given: Mapping[str, pulumi.Output[str]]) -> None:
        self._settings = settings
        self._posture = settings.protection
        facts = Facts(account=settings.account, region=settings.region)
        self._common: dict[str, Any] = {"names": settings.names, "facts": facts}
        self._opts = pulumi.ResourceOptions(provider=self._provider())
        self.exports: dict[str, Any] = {}

        self._given = given
        self._watched: list[Subject] = []
        self._logs: list[pulumi.Output[str]] = []

        self._roles = self._make_roles()
        self._key = self._make_key()
        self._topics = self._make_topics()
        self._buckets = {word: self._make_bucket(word) for word in settings.buckets}
        self._registry = self._make_registry() if settings.repositories else None
        self._make_tables()
        self._automation = Automation(
            settings=settings, roles=self._roles.function, key=self._key.arn, common=self._common, opts=self._opts
        )
        self._trail_log = self._make_account()
        self._make_findings()
        self._zone = self._make_zone()
        secrets = self._make_secrets(given)
        if self._topics and settings.alerts and settings.alerts.slack:
            slack = settings.alerts.slack
            self._automation.post_alerts(slack, self._topics, secrets[slack.webhook])
        if settings.network:
            site = self._make_site(settings.network)
            stores = Stores(secrets=dict(secrets))
            self._make_database(site, stores)
            self._make_cache(site, stores)
            running = self._make_services(site, stores, self._make_load_balancer(site))
            if running:
                self._automate(site, stores, running)
        self._make_alarms()
        self._make_budget()
        self._make_costs()

    def _provider(self) -> aws.Provider:
        """The one provider: it refuses any other account, and tags everything that can be tagged."""
        return aws.Provider(
            "aws",
            region=self._settings.region,
            allowed_account_ids=[self._settings.account],
            default_tags={"tags": self._settings.default_tags},
        )

    # Keys, secrets, buckets: they stand outside the network.

    def _make_roles(self) -> Roles:
        services, administrators = list(self._settings.services), self._settings.key.administrators
        functions = [function.name for function in declared(self._settings)]
        args = RolesArgs(services=services, functions=functions, administrators=administrators, **self._common)
        return Roles("roles", args, self._opts)

    def _make_key(self) -> Key:
        roles = self._roles
        writers = [roles.task[name] for name, service in self._settings.services.items() if service.buckets]
        key = Key(
            "key",
            KeyArgs(
                table=self._settings.key,
                administrators=list(roles.administrators.values()),
                readers=[*roles.execution.values(), *roles.task.values(), *roles.function.values()],
                writers=[*writers, *roles.function.values()],
                publishers=[PRINCIPALS[publisher] for publisher in self._publishers()],
                grants=self._grants_of_the_key(),
                protect=self._posture.protect,
                **self._common,
            ),
            self._opts,
        )
        self.exports |= {"key_arn": key.arn, "key_id": key.key_id}
        return key

    def _grants_of_the_key(self) -> list[Statement]:
        """What AWS's services may do with the key."""
        trail = self._settings.audit.trail
        created = trail and trail.mode == "create"
        return [trail_encrypts(self._settings.names, self._common["facts"])] if created else []

    def _publishers(self) -> list[Publisher]:
        """Who sends alerts: alarms, and the budget and the account's watchers where there are any."""
        if not self._settings.alerts:
            return []
        found: list[Publisher] = ["alarms"]
        if self._settings.budget:
            found.append("budgets")
        if self._settings.costs:
            found.append("costs")
        if self._settings.watchers:
            found.append("events")
        return found

    def _make_topics(self) -> Topics | None:
        table = self._settings.alerts
        if not table:
            return None
        url = self._given["pagerduty"] if table.pagerduty == "config" else table.pagerduty
        args = TopicsArgs(table=table, key=self._key.arn, publishers=self._publishers(), pagerduty=url, **self._common)
        topics = Topics("topics", args, self._opts)
        self.exports["topic_arns"] = dict(topics.arns)
        return topics

    def _make_bucket(self, word: str) -> Bucket:
        bucket = Bucket(
            f"bucket-{word}",
            BucketArgs(
                table=self._settings.buckets[word],
                word=word,
                key=self._key.arn,
                statements=self._deliveries(word),
                force_destroy=self._posture.force_destroy,
                protect=self._posture.protect,
                **self._common,
            ),
            self._opts,
        )
        self.exports[f"bucket_{word.replace('-', '_')}"] = bucket.name
        return bucket

    def _deliveries(self, word: str) -> list[Statement]:
        """Each of AWS's services may put what it delivers into the bucket that its table names, and nowhere else."""
        s, facts = self._settings, self._common["facts"]
        bucket, statements = facts.bucket(self._settings.bucket_name(word)), list[Statement]()
        if s.load_balancer and s.load_balancer.logs == word:
            statements.append(
                grant(
                    {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                    ["s3:PutObject"],
                    [f"{bucket}/AWSLogs/{facts.account}/*"],
                    condition={"ArnLike": {"aws:SourceArn": facts.load_balancer("*")}},
                    sid="LoadBalancerLogs",
                )
            )
        if s.audit.trail and s.audit.trail.bucket == word:
            statements += trail_deliveries(s.names, facts, bucket)
        if s.audit.recorder and s.audit.recorder.bucket == word:
            statements += recorder_deliveries(facts, bucket)
        return statements

    def _make_secrets(self, given: Mapping[str, pulumi.Output[str]]) -> dict[str, StoredSecret]:
        """The stack file's secrets, by path."""
        if not self._settings.secrets:
            return {}
        args = SecretsArgs(
            table=self._settings.secrets,
            given=given,
            key=self._key.arn,
            recovery_days=self._posture.secret_days,
            **self._common,
        )
        secrets = Secrets("secrets", args, self._opts)
        return {path: StoredSecret(arn=arn, keeper=secrets) for path, arn in secrets.arns.items()}

    def _make_registry(self) -> Registry:
        registry = Registry(
            "registry",
            RegistryArgs(
                repositories=self._settings.repositories,
                key=self._key.arn,
                force_destroy=self._posture.force_destroy,
                protect=self._posture.protect,
                **self._common,
            ),
            self._opts,
        )
        self.exports["repository_urls"] = dict(registry.urls)
        return registry

    def _make_account(self) -> pulumi.Input[str] | None:
        """What belongs to the account as a whole; the log group of its trail."""
        account = Account(
            settings=self._settings, buckets=self._buckets, key=self._key.arn, common=self._common, opts=self._opts
        )
        account.make()
        self.exports |= account.exports
        return account.trail_log

    def _make_tables(self) -> None:
        for word, table in self._settings.tables.items():
            args = DynamoArgs(
                table=table,
                word=word,
                key=self._key.arn,
                deletion_protection=self._posture.deletion_protection,
                protect=self._posture.protect,
                **self._common,
            )
            self.exports[f"table_{word.replace('-', '_')}"] = Dynamo(f"table-{word}", args, self._opts).name

    def _make_findings(self) -> None:
        watchers = self._settings.watchers
        if not watchers or not self._topics:
            return
        detection = self._settings.detection
        responder = self._automation.respond(detection.response, self._topics) if detection.response else None
        args = FindingsArgs(
            watchers=watchers,
            topics=self._topics.arns,
            responder=responder,
            log_group=self._trail_log,
            **self._common,
        )
        findings = Findings("findings", args, self._opts)
        if self._trail_log is not None:
            self._watched += subjects.of_trail(findings)
        if detection.security_hub and detection.security_hub.report:
            self._automation.report(detection.security_hub.report, self._topics)

    def _make_zone(self) -> pulumi.Input[str]:
        """The id of the zone that the stack's names stand in; empty where it has no names."""
        dns = self._settings.dns
        if not dns or not dns.owned:
            return dns.zone if dns else ""
        zone = Zone("zone", ZoneArgs(domain=dns.domain, protect=self._posture.protect, **self._common), self._opts)
        self.exports |= {"zone_id": zone.zone_id, "name_servers": zone.name_servers}
        return zone.zone_id

    # What watches the others: last, since it names them all.

    def _make_alarms(self) -> None:
        settings, functions = self._settings, self._automation.functions
        if functions:
            self.exports["functions"] = {word: function.function_name for word, function in functions.items()}
        self._watched += subjects.of_functions(functions.values())
        if not self._topics or not self._watched:
            return
        common: dict[str, Any] = {"subjects": self._watched, "thresholds": settings.alarms, **self._common}
        alarms = Alarms("alarms", AlarmsArgs(topics=self._topics.arns, hours=settings.hours, **common), self._opts)
        every = [*alarms.incident_arns.values(), *alarms.alarm_arns.values()]
        dashboard = Dashboard("dashboard", DashboardArgs(alarms=every, logs=self._logs, **common), self._opts)
        self.exports |= {
            "alarm_arns": dict(alarms.alarm_arns),
            "incident_arns": dict(alarms.incident_arns),
            "dashboard_name": dashboard.name,
        }

    def _make_budget(self) -> None:
        table = self._settings.budget
        if not table or not self._topics:
            return
        args = BudgetArgs(table=table, topic=self._topics.arns["warning"], **self._common)
        self.exports["budget_name"] = Budget("budget", args, self._opts).name

    def _make_costs(self) -> None:
        table = self._settings.costs
        if table and self._topics:
            args = CostsArgs(table=table, topic=self._topics.arns["warning"], **self._common)
            self.exports["anomaly_monitor_arn"] = Costs("costs", args, self._opts).monitor_arn

    # The network and what stands in it.

    def _make_site(self, table: NetworkTable) -> Site:
        network = Network("network", NetworkArgs(table=table, **self._common), self._opts)
        firewall = Firewall(
            "firewall",
            FirewallArgs(
                vpc_id=network.vpc_id,
                groups=groups(self._settings),
                conversations=conversations(self._settings),
                **self._common,
            ),
            self._opts,
        )
        site = Site(
            table=table,
            network=network,
            firewall=firewall,
            fences=self._make_fences(table, network),
            endpoints=self._make_endpoints(table, network, firewall),
        )
        if table.flow_logs:
            args = FlowLogsArgs(table=table.flow_logs, vpc_id=network.vpc_id, key=self._key.arn, **self._common)
            self.exports["flow_logs_group"] = FlowLogs("flow-logs", args, self._opts).log_group
        self.exports |= {
            "vpc_id": network.vpc_id,
            "vpc_cidr": network.vpc_cidr,
            "vpc_arn": network.vpc_arn,
            "subnet_ids": dict(network.subnet_ids),
            "security_group_ids": dict(firewall.group_ids),
        }
        return site

    def _make_fences(self, table: NetworkTable, network: Network) -> NetworkAcls | None:
        if not table.acls:
            return None
        stores: dict[str, list[int]] = {}
        if self._settings.database:
            stores.setdefault(self._settings.database.tier, []).append(self._settings.database.listens)
        if self._settings.cache:
            stores.setdefault(self._settings.cache.tier, []).append(CACHE_PORT)
        args = NetworkAclsArgs(
            table=table,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            stores=stores,
            **self._common,
        )
        return NetworkAcls("acls", args, self._opts)

    def _make_endpoints(self, table: NetworkTable, network: Network, firewall: Firewall) -> Endpoints | None:
        endpoints = table.endpoints
        if not endpoints:
            return None
        args = EndpointsArgs(
            table=endpoints,
            vpc_id=network.vpc_id,
            route_table_ids=[each for tier in table.tiers_by_route("nat") for each in network.route_table_ids[tier]],
            subnet_ids=network.subnet_ids[endpoints.tier] if endpoints.interface else [],
            group=firewall.group_ids["endpoints"] if endpoints.interface else "",
            **self._common,
        )
        return Endpoints("endpoints", args, self._opts)

    def _make_database(self, site: Site, stores: Stores) -> None:
        table = self._settings.database
        if not table:
            return
        database = Database(
            "database",
            DatabaseArgs(
                table=table,
                subnet_ids=site.subnets(table.tier),
                group=site.group("database"),
                key=self._key.arn,
                posture=self._posture,
                **self._common,
            ),
            self._opts,
        )
        if self._topics:
            self._watched += subjects.of_database(database, table)
        stores.database = database
        stores.secrets[table.secret.path] = StoredSecret(arn=database.secret_arn, keeper=database)
        stores.addresses["database"] = {
            "DATABASE_HOST": database.host,
            "DATABASE_PORT": str(table.listens),
            "DATABASE_NAME": table.name,
        }
        self.exports |= {
            "database_endpoint": database.endpoint,
            "database_arn": database.arn,
            "database_id": database.instance_id,
            "database_secret_arn": database.secret_arn,
            "database_parameter_group": database.parameter_group,
            "database_subnet_group": database.subnet_group,
        }
        if table.export_to:
            args = SnapshotExportArgs(
                bucket=self._buckets[table.export_to],
                bucket_name=self._settings.bucket_name(table.export_to),
                key=self._key.arn,
                **self._common,
            )
            export = SnapshotExport("snapshot-export", args, self._opts)
            self.exports["snapshot_export_role_arn"] = export.role_arn

    def _make_cache(self, site: Site, stores: Stores) -> None:
        table = self._settings.cache
        if not table:
            return
        cache = Cache(
            "cache",
            CacheArgs(
                table=table,
                subnet_ids=site.subnets(table.tier),
                group=site.group("cache"),
                key=self._key.arn,
                posture=self._posture,
                **self._common,
            ),
            self._opts,
        )
        if self._topics:
            self._watched += subjects.of_cache(cache)
        stores.cache = cache
        stores.secrets[table.secret.path] = StoredSecret(arn=cache.secret_arn, keeper=cache)
        stores.addresses["cache"] = {"CACHE_HOST": cache.host, "CACHE_PORT": str(cache.port)}
        self.exports |= {
            "cache_endpoint": cache.host,
            "cache_secret_arn": cache.secret_arn,
            "cache_subnet_group": cache.subnet_group,
        }

    def _make_load_balancer(self, site: Site) -> LoadBalancer | None:
        table = self._settings.load_balancer
        hosts = {self._settings.word_of(host): host for host in self._settings.hosts}
        if not table:
            return None
        [(word, target)] = [(word, service) for word, service in self._settings.services.items() if service.routes]
        certificate = Certificate(
            "certificate", CertificateArgs(hosts=hosts, zone=self._zone, **self._common), self._opts
        )
        balancer = LoadBalancer(
            "load-balancer",
            LoadBalancerArgs(
                table=table,
                service=word,
                target=target,
                vpc_id=site.network.vpc_id,
                subnet_ids=site.subnets(table.tier),
                group=site.group("load-balancer"),
                certificate=certificate.arn,
                logs=self._buckets[table.logs],
                deletion_protection=self._posture.deletion_protection,
                **self._common,
            ),
            self._opts,
        )
        if self._topics:
            self._watched += subjects.of_load_balancer(balancer, target)
        records = Records(
            "records",
            RecordsArgs(
                hosts=hosts,
                zone=self._zone,
                target_name=balancer.dns_name,
                target_zone=balancer.zone_id,
                **self._common,
            ),
            self._opts,
        )
        self.exports |= {
            "urls": records.urls,
            "load_balancer_dns_name": balancer.dns_name,
            "load_balancer_arn": balancer.arn,
            "certificate_arn": certificate.arn,
        }
        self._make_web_acl(balancer)
        return balancer

    def _make_web_acl(self, balancer: LoadBalancer) -> None:
        table = self._settings.web_acl
        if not table:
            return
        args = WebAclArgs(table=table, load_balancer=balancer.arn, key=self._key.arn, **self._common)
        acl = WebAcl("web-acl", args, self._opts)
        self.exports |= {"web_acl_id": acl.id, "web_acl_arn": acl.arn}

    def _make_services(self, site: Site, stores: Stores, balancer: LoadBalancer | None) -> Running | None:
        if not self._settings.services:
            return None
        spot = any(service.capacity == "spot" for service in self._settings.services.values())
        cluster = Cluster("cluster", ClusterArgs(table=self._settings.cluster, spot=spot, **self._common), self._opts)
        self.exports |= {"cluster_name": cluster.name, "cluster_arn": cluster.arn}
        published: dict[str, Mapping[str, str]] = {}
        services: dict[str, Service] = {}
        for word, table in self._settings.services.items():
            front = balancer if table.routes else None
            services[word] = service = self._make_service(word, table, site, stores, cluster, front)
            scaling = ScalingArgs(
                table=table.count,
                cluster=cluster,
                service=service,
                requests=front.request_label if front else None,
                **self._common,
            )
            Scaling(f"scaling-{word}", scaling, self._opts)
            self._watch_service(word, table, cluster, service)
            if table.parameters:
                published[word] = {"ENVIRONMENT": self._settings.names.environment, **table.environment}
            name = word.replace("-", "_")
            self.exports |= {
                f"service_{name}": service.service_name,
                f"service_{name}_arn": service.arn,
                f"service_{name}_log_group": service.log_group,
                f"service_{name}_task_definition": service.task_definition_arn,
            }
        if published:
            Parameters("parameters", ParametersArgs(environments=published, **self._common), self._opts)
        return Running(cluster=cluster, services=services)

    def _automate(self, site: Site, stores: Stores, running: Running) -> None:
        """The environment's hours and the rotations, as the tables ask for them."""
        if self._settings.hours and stores.database:
            self._automation.keep_hours(self._settings.hours, running, stores.database)
        if stores.database and (place := self._beside("database", site)):
            self._automation.rotate_database(stores.database, running, place, site.ways)
        if stores.cache and (place := self._beside("cache", site)):
            self._automation.rotate_cache(stores.cache, running, place, site.ways)

    def _beside(self, store: str, site: Site) -> Place | None:
        """Where the services stand that connect to a store: whatever stands there is let through to it."""
        client = next(iter(self._settings.clients(store).values()), None)
        return Place(subnet_ids=site.subnets(client.tier), group=site.group(client.group)) if client else None

    def _watch_service(self, word: str, table: ServiceTable, cluster: Cluster, service: Service) -> None:
        if not self._topics:
            return
        log = LogInsights(
            f"log-insights-{word}", LogInsightsArgs(service=word, group=service.log.name, **self._common), self._opts
        )
        self._watched += subjects.of_service(word, table, cluster, service, log)
        self._logs.append(service.log.name)

    def _make_service(
        self,
        word: str,
        table: ServiceTable,
        site: Site,
        stores: Stores,
        cluster: Cluster,
        balancer: LoadBalancer | None,
    ) -> Service:
        addresses = {
            variable: value for target in table.connects for variable, value in stores.addresses.get(target, {}).items()
        }
        buckets = {each: (self._buckets[each], self._settings.bucket_name(each)) for each in table.buckets}
        args = ServiceArgs(
            table=table,
            word=word,
            image=self._image(word, table),
            cluster=cluster,
            subnet_ids=site.subnets(table.tier),
            group=site.group(table.group),
            execution_role=self._roles.execution[word],
            task_role=self._roles.task[word],
            addresses=addresses,
            secrets=stores.secrets,
            buckets=buckets,
            key=self._key.arn,
            ways=site.ways,
            load_balancer=balancer,
            **self._common,
        )
        return Service(f"service-{word}", args, self._opts)

    def _image(self, word: str, table: ServiceTable) -> ServiceImage:
        """A service's image: given, or built here and pushed to this stack's repository."""
        if table.image.uri:
            return ServiceImage(uri=table.image.uri, repository=repository_of(table.image.uri))
        assert self._registry is not None  # settings see to both
        assert table.image.build is not None
        args = ImageArgs(folder=table.image.build, repository_url=self._registry.urls[word], **self._common)
        repository = self._common["facts"].repository(self._registry.names[word])
        image = Image(f"image-{word}", args, self._opts)
        return ServiceImage(uri=image.uri, repository=repository, makers=[self._registry, image])
