"""The platform: every tier of one stack, each given its table and its neighbours' outputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.account import Account
from components.alerting import Alerting, publishers
from components.automation import Automation, Running, declared
from components.compute.cluster import Cluster, ClusterArgs
from components.compute.function import Place
from components.compute.image import Image, ImageArgs
from components.compute.load_balancer import LoadBalancer
from components.compute.registry import Registry, RegistryArgs
from components.compute.scaling import Scaling, ScalingArgs
from components.compute.service import Service, ServiceArgs, ServiceImage, repository_of
from components.data.backup import Backup, BackupArgs
from components.data.bucket import Bucket, BucketArgs
from components.data.cache import Cache, CacheArgs
from components.data.database import Database, DatabaseArgs
from components.data.dynamo import Dynamo, DynamoArgs
from components.data.snapshot_export import SnapshotExport, SnapshotExportArgs
from components.edge.cdn import cdn_deliveries
from components.edge.dnssec import Dnssec, DnssecArgs
from components.edge.zone import Zone, ZoneArgs
from components.entrance import Entrance
from components.facts import Facts
from components.handles import StoredSecret
from components.iam import Statement, grant
from components.operations.log_archive import LogArchive, LogArchiveArgs
from components.operations.topics import PRINCIPALS
from components.operations.watch.cache import cache_subjects
from components.operations.watch.database import database_subjects
from components.operations.watch.health_check import health_check_subjects
from components.operations.watch.load_balancer import load_balancer_subjects
from components.security.key import Key, KeyArgs
from components.security.parameters import Parameters, ParametersArgs
from components.security.recorder import recorder_deliveries
from components.security.roles import Roles, RolesArgs
from components.security.secrets import Secrets, SecretsArgs
from components.security.trail import trail_deliveries, trail_encrypts
from components.site import Site
from settings.settings import Settings
from settings.tables.compute import ServiceTable


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

        self._roles = self._make_roles()
        self._key = self._make_key()
        self._alerting = Alerting(given=given, exports=self.exports, **self._builder)
        self._buckets = {word: self._make_bucket(word) for word in settings.buckets}
        self._registry = self._make_registry() if settings.repositories else None
        kept = self._make_tables()
        self._automation = Automation(roles=self._roles.function, **self._builder)
        account = Account(buckets=self._buckets, registry=self._registry, exports=self.exports, **self._builder)
        account.make()
        self._alerting.tell_findings(account.trail_log, self._automation)
        self._zone = self._make_zone()
        secrets = self._make_secrets(given)
        if self._alerting.topics and settings.alerts and settings.alerts.slack:
            slack = settings.alerts.slack
            self._automation.post_alerts(slack, self._alerting.topics, secrets[slack.webhook])
        guarded: list[pulumi.Resource] = [*self._buckets.values()]
        if settings.network:
            site = Site(table=settings.network, exports=self.exports, **self._builder)
            stores = Stores(secrets=dict(secrets))
            self._make_database(site, stores)
            kept |= {"database": stores.database.arn} if stores.database else {}
            self._make_cache(site, stores)
            running = self._make_services(site, stores, self._make_load_balancer(site))
            if running:
                self._automate(site, stores, running)
                guarded += running.services.values()
        self._make_backup(kept)
        account.guard(guarded)
        self._alerting.finish(self._automation)

    @property
    def _builder(self) -> dict[str, Any]:
        """What whoever builds a part of the stack is given."""
        return {"settings": self._settings, "key": self._key.arn, "common": self._common, "opts": self._opts}

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
                publishers=[PRINCIPALS[publisher] for publisher in publishers(self._settings)],
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
            if s.cdn:
                statements += cdn_deliveries(facts, bucket)
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
        return {path: StoredSecret(arn=arn, writer=secrets) for path, arn in secrets.arns.items()}

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

    def _make_tables(self) -> dict[str, pulumi.Output[str]]:
        """The tables' ARNs."""
        found: dict[str, pulumi.Output[str]] = {}
        for word, row in self._settings.tables.items():
            args = DynamoArgs(
                table=row,
                word=word,
                key=self._key.arn,
                deletion_protection=self._posture.deletion_protection,
                protect=self._posture.protect,
                **self._common,
            )
            table = Dynamo(f"table-{word}", args, self._opts)
            self.exports[f"table_{word.replace('-', '_')}"] = table.name
            found[f"table-{word}"] = table.arn
        return found

    def _make_backup(self, stores: Mapping[str, pulumi.Output[str]]) -> None:
        table, topics = self._settings.backup, self._alerting.topics
        if not table or not topics:
            return
        args = BackupArgs(
            table=table,
            stores=stores,
            key=self._key.arn,
            topic=topics.arns["warning"],
            force_destroy=self._posture.force_destroy,
            protect=self._posture.protect,
            **self._common,
        )
        backup = Backup("backup", args, self._opts)
        self.exports |= {"backup_vault": backup.vault, "backup_role_arn": backup.role_arn}

    def _make_zone(self) -> pulumi.Input[str]:
        """The id of the zone that the stack's names stand in; empty where it has no names."""
        dns = self._settings.dns
        if not dns or not dns.owned:
            return dns.zone if dns else ""
        zone = Zone("zone", ZoneArgs(domain=dns.domain, protect=self._posture.protect, **self._common), self._opts)
        self.exports |= {"zone_id": zone.zone_id, "name_servers": zone.name_servers}
        if dns.dnssec:
            args = DnssecArgs(zone=zone.zone_id, protect=self._posture.protect, **self._common)
            self.exports["zone_ds_record"] = Dnssec("dnssec", args, self._opts).ds_record
        return zone.zone_id

    # The network and what stands in it.

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
        self._alerting.watch(database_subjects(database, table))
        stores.database = database
        stores.secrets[table.secret.path] = StoredSecret(arn=database.secret_arn, writer=database)
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
                zones=site.table.zones,
                group=site.group("cache"),
                key=self._key.arn,
                posture=self._posture,
                **self._common,
            ),
            self._opts,
        )
        self._alerting.watch(cache_subjects(cache))
        stores.cache = cache
        stores.secrets[table.secret.path] = StoredSecret(arn=cache.secret_arn, writer=cache)
        stores.addresses["cache"] = {"CACHE_HOST": cache.host, "CACHE_PORT": str(cache.port)}
        self.exports |= {
            "cache_endpoint": cache.host,
            "cache_secret_arn": cache.secret_arn,
            "cache_subnet_group": cache.subnet_group,
        }

    def _make_load_balancer(self, site: Site) -> LoadBalancer | None:
        table = self._settings.load_balancer
        if not table:
            return None
        entrance = Entrance(
            settings=self._settings,
            vpc_id=site.network.vpc_id,
            subnet_ids=site.subnets(table.tier),
            group=site.group("load-balancer"),
            buckets=self._buckets,
            zone=self._zone,
            key=self._key.arn,
            common=self._common,
            opts=self._opts,
        )
        balancer = entrance.make(table)
        self.exports |= entrance.exports
        [target] = [service for service in self._settings.services.values() if service.routes]
        self._alerting.watch(load_balancer_subjects(balancer, target))
        if entrance.checks:
            self._alerting.watch(health_check_subjects(entrance.checks))
        return balancer

    def _make_services(self, site: Site, stores: Stores, balancer: LoadBalancer | None) -> Running | None:
        if not self._settings.services:
            return None
        spot = any(service.capacity == "spot" for service in self._settings.services.values())
        args = ClusterArgs(
            table=self._settings.cluster,
            spot=spot,
            shell=any(service.shell for service in self._settings.services.values()),
            key=self._key.arn,
            **self._common,
        )
        cluster = Cluster("cluster", args, self._opts)
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
            self._alerting.watch_service(word, table, cluster, service)
            self._archive(word, table, service)
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

    def _archive(self, word: str, table: ServiceTable, service: Service) -> None:
        """Keep a service's log beyond its days, where its table asks."""
        if table.archive:
            args = LogArchiveArgs(
                service=word,
                group=service.log.name,
                days=table.log_days,
                bucket=self._buckets[table.archive],
                bucket_name=self._settings.bucket_name(table.archive),
                key=self._key.arn,
                **self._common,
            )
            LogArchive(f"log-archive-{word}", args, self._opts)

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
