"""Every proof can fail: a breach of each requirement, planted in a recorded stack, takes its proof away."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from preview.recording import Recording, Resource
from tests.requirements import planted
from tests.requirements import test_acls as acls
from tests.requirements import test_buckets as buckets
from tests.requirements import test_cache as cache
from tests.requirements import test_compute as compute
from tests.requirements import test_database as database
from tests.requirements import test_dns as dns
from tests.requirements import test_endpoints as endpoints
from tests.requirements import test_key as key
from tests.requirements import test_load_balancer as balancer
from tests.requirements import test_logs as logs
from tests.requirements import test_network as network
from tests.requirements import test_roles as roles
from tests.requirements import test_scaling as scaling
from tests.requirements import test_secrets as secrets
from tests.requirements import test_security_groups as groups
from tests.requirements import test_tags as tags
from tests.requirements.breaches import (
    GONE,
    Breach,
    Mutation,
    Proof,
    change,
    container,
    detach,
    drop,
    export,
    merged,
    plant,
    statement,
    text,
    unmark,
)
from tests.requirements.reading import of, one, tables_of
from tests.requirements.tracer import MARKER
from tests.stacks import recorded

AREAS = (
    network,
    groups,
    acls,
    endpoints,
    balancer,
    dns,
    compute,
    scaling,
    database,
    cache,
    buckets,
    key,
    secrets,
    roles,
    logs,
    tags,
    *planted.AREAS,
)


def _gateway(stack: Recording) -> str:
    return str(one(stack, "ec2.InternetGateway").id)


def _table(tier: str) -> Callable[[Recording], str]:
    return lambda stack: str(tables_of(stack, stack.stack, tier)[0].id)


def _group(name: str) -> Callable[[Recording], str]:
    return lambda stack: str(
        next(each.id for each in of(stack, "ec2.SecurityGroup") if each.name == f"firewall-{name}")
    )


def _subnet(tier: str) -> Callable[[Recording], str]:
    return lambda stack: str(next(each.id for each in of(stack, "ec2.Subnet") if f"-{tier}-" in each.name))


def _acl(tier: str) -> Callable[[Recording], str]:
    return lambda stack: str(next(each.id for each in of(stack, "ec2.NetworkAcl") if each.name == f"acls-{tier}"))


def _rule(group: str, port: int, **peer: Any) -> Mutation:
    return plant(
        "vpc.SecurityGroupIngressRule",
        securityGroupId=_group(group),
        ipProtocol="tcp",
        fromPort=port,
        toPort=port,
        **peer,
    )


def _out(group: str, port: int, **peer: Any) -> Mutation:
    return plant(
        "vpc.SecurityGroupEgressRule",
        securityGroupId=_group(group),
        ipProtocol="tcp",
        fromPort=port,
        toPort=port,
        **peer,
    )


def _into_acl(tier: str, number: int, egress: bool = False) -> Mutation:
    rule = {"ruleNumber": number, "egress": egress, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}
    return plant("ec2.NetworkAclRule", networkAclId=_acl(tier), **rule)


def _resource(stack: Recording, class_: str, which: str) -> Resource:
    return next(each for each in of(stack, class_) if which in each.name)


def _same_cidr(old: str) -> str:
    return "10.1.0.0/16"


EXECUTION, TASK = "start", "task-objects"  #: role policies of the two roles
ANYBODY = statement(Principal="*", Action="s3:GetObject", Resource="*")

BREACHES = [
    Breach(
        "CP-NET-01",
        network.test_one_vpc_with_the_addresses_of_its_environment,
        change("ec2.Vpc", cidrBlock="10.9.0.0/16"),
    ),
    Breach("CP-NET-02", network.test_the_vpc_resolves_names, change("ec2.Vpc", enableDnsHostnames=False)),
    Breach("CP-NET-03", network.test_one_internet_gateway_is_attached, drop("ec2.InternetGateway")),
    Breach(
        "CP-NET-04",
        network.test_public_subnets,
        change("ec2.Subnet", "public-us-east-1b", availabilityZone="us-east-1a"),
    ),
    Breach(
        "CP-NET-05", network.test_private_subnets, change("ec2.Subnet", "private-us-east-1c", cidrBlock="10.0.14.0/24")
    ),
    Breach("CP-NET-06", network.test_data_subnets, drop("ec2.Subnet", "data-us-east-1a")),
    Breach("CP-NET-07", network.test_nine_subnets_one_a_tier_and_zone, drop("ec2.Subnet", "data-us-east-1c")),
    Breach(
        "CP-NET-08", network.test_nat_gateways_stand_in_public_subnets, drop("ec2.NatGateway", "us-east-1c"), "prod"
    ),
    Breach(
        "CP-NET-08",
        network.test_nat_gateways_stand_in_public_subnets,
        lambda s: change("ec2.NatGateway", subnetId=_subnet("private")(s))(s),
    ),
    Breach("CP-NET-09", network.test_each_nat_gateway_has_an_elastic_ip, plant("ec2.Eip", domain="vpc", tagsAll={})),
    Breach(
        "CP-NET-10",
        network.test_public_subnets_route_to_the_internet_gateway_only,
        plant("ec2.Route", routeTableId=_table("public"), destinationCidrBlock="10.9.0.0/16", transitGatewayId="tgw-1"),
    ),
    Breach(
        "CP-NET-11",
        network.test_private_subnets_route_to_nat_and_to_s3,
        lambda s: change(
            "ec2.Route", "private-us-east-1b", natGatewayId=_resource(s, "ec2.NatGateway", "us-east-1a").id
        )(s),
        "prod",
    ),
    Breach(
        "CP-NET-12",
        network.test_data_subnets_have_no_route_out,
        plant("ec2.Route", routeTableId=_table("data"), destinationCidrBlock="0.0.0.0/0", gatewayId=_gateway),
    ),
    Breach(
        "CP-NET-12",
        network.test_data_subnets_have_no_route_out,
        lambda s: change("ec2.VpcEndpoint", "gateway-s3", routeTableIds=lambda old: [*old, _table("data")(s)])(s),
    ),
    Breach(
        "CP-NET-13",
        network.test_every_subnet_has_its_tiers_route_table,
        drop("ec2.RouteTableAssociation", "data-us-east-1b"),
    ),
    Breach(
        "CP-NET-14", network.test_flow_logs_of_all_traffic_reach_cloudwatch, change("ec2.FlowLog", trafficType="REJECT")
    ),
    Breach(
        "CP-NET-15",
        network.test_every_part_stands_in_its_tier,
        lambda s: change("rds.SubnetGroup", subnetIds=[_subnet("public")(s)])(s),
    ),
    Breach("CP-NET-18", network.test_environments_are_isolated, change("ec2.Vpc", cidrBlock=_same_cidr)),
    Breach("CP-NET-18", network.test_environments_are_isolated, plant("ec2.VpcPeeringConnection", vpcId="vpc-1")),
    *(
        Breach("CP-NET-19", network.test_a_private_workload_reaches_the_internet_through_nat, drop(class_, which))
        for class_, which in (
            ("ec2.NetworkAclRule", "private-out-110"),
            ("ec2.NetworkAclRule", "private-in-110"),
            ("ec2.NetworkAclRule", "public-in-100"),
            ("ec2.NetworkAclRule", "public-in-120"),
            ("ec2.NetworkAclRule", "public-out-100"),
            ("ec2.Route", "route-private"),
            ("ec2.Route", "route-public"),
            ("vpc.SecurityGroupEgressRule", "app-to-internet"),
        )
    ),
    Breach(
        "CP-SG-01",
        groups.test_the_load_balancer_takes_requests_and_talks_to_the_application,
        _rule("load-balancer", 22, cidrIpv4="0.0.0.0/0"),
    ),
    Breach(
        "CP-SG-02",
        groups.test_the_application_talks_to_its_stores_the_endpoints_and_https,
        _out("app", 25, cidrIpv4="0.0.0.0/0"),
    ),
    Breach(
        "CP-SG-03",
        groups.test_the_database_answers_the_application_only,
        _rule("database", 5432, referencedSecurityGroupId=_group("load-balancer")),
    ),
    Breach(
        "CP-SG-03", groups.test_the_database_answers_the_application_only, _out("database", 443, cidrIpv4="0.0.0.0/0")
    ),
    Breach(
        "CP-SG-04",
        groups.test_the_cache_answers_the_application_only,
        change(
            "ec2.SecurityGroup",
            "firewall-cache",
            ingress=[{"protocol": "6", "fromPort": 22, "toPort": 22, "cidrBlocks": ["10.0.0.0/16"]}],
        ),
    ),
    Breach(
        "CP-SG-05",
        groups.test_the_endpoints_answer_the_application_and_the_vpc,
        drop("vpc.SecurityGroupIngressRule", "endpoints-from-vpc"),
    ),
    Breach("CP-SG-06", groups.test_no_flow_outside_the_matrix, _rule("app", 8000, cidrIpv4="0.0.0.0/0")),
    Breach(
        "CP-SG-06",
        groups.test_no_flow_outside_the_matrix,
        _rule("cache", 6379, referencedSecurityGroupId=_group("database")),
    ),
    Breach("CP-SG-07", groups.test_tiers_admit_groups_not_addresses, _rule("database", 5432, cidrIpv4="10.0.0.0/16")),
    Breach(
        "CP-SG-08",
        groups.test_five_groups_whose_ids_are_outputs,
        plant("ec2.SecurityGroup", name="sixth", vpcId="vpc-1"),
    ),
    Breach("CP-NACL-01", acls.test_into_the_public_tier, _into_acl("public", 130)),
    Breach("CP-NACL-02", acls.test_out_of_the_public_tier, drop("ec2.NetworkAclRule", "public-out-100")),
    Breach(
        "CP-NACL-03",
        acls.test_into_the_private_tier,
        change("ec2.NetworkAclRule", "private-in-100", cidrBlock="0.0.0.0/0"),
    ),
    Breach(
        "CP-NACL-04", acls.test_out_of_the_private_tier, change("ec2.NetworkAclRule", "private-out-110", toPort=65535)
    ),
    Breach(
        "CP-NACL-05", acls.test_into_the_data_tier, change("ec2.NetworkAclRule", "data-in-110", cidrBlock="10.0.1.0/24")
    ),
    Breach("CP-NACL-06", acls.test_out_of_the_data_tier, _into_acl("data", 103, egress=True)),
    Breach(
        "CP-NACL-07",
        acls.test_one_acl_a_tier_and_every_subnet_in_one,
        lambda s: change("ec2.NetworkAcl", "acls-data", subnetIds=lambda old: [*old, _subnet("private")(s)])(s),
    ),
    Breach(
        "CP-NACL-08",
        acls.test_addresses_can_be_refused,
        change("ec2.NetworkAclRule", "public-in-110", ruleAction="deny"),
    ),
    Breach(
        "CP-ENDPT-01",
        endpoints.test_s3_is_in_the_private_route_tables,
        change("ec2.VpcEndpoint", "gateway-s3", routeTableIds=[]),
    ),
    *(
        Breach(
            id_,
            endpoints.test_interface_endpoint,
            drop("ec2.VpcEndpoint", f"interface-{service}"),
            "dev",
            {"service": service},
        )
        for service, id_ in endpoints.SERVICES.items()
    ),
    Breach(
        "CP-ENDPT-09",
        endpoints.test_interface_endpoints_stand_in_the_private_tier,
        change("ec2.VpcEndpoint", "interface-logs", subnetIds=lambda old: old[:1]),
        "prod",
    ),
    Breach("CP-ENDPT-10", endpoints.test_eight_endpoints, plant("ec2.VpcEndpoint", vpcEndpointType="Interface")),
    Breach("CP-LB-01", balancer.test_one_internet_facing_load_balancer, change("lb.LoadBalancer", internal=True)),
    Breach(
        "CP-LB-02",
        balancer.test_https_forwards_to_the_application,
        change("lb.Listener", "https", certificateArn="arn:aws:acm:other"),
    ),
    Breach("CP-LB-03", balancer.test_clients_use_tls_1_2_or_newer, change("lb.Listener", "https", sslPolicy=GONE)),
    Breach(
        "CP-LB-04",
        balancer.test_http_only_redirects,
        change("lb.Listener", "http", defaultActions=[{"type": "forward"}]),
    ),
    Breach("CP-LB-05", balancer.test_the_target_group_takes_tasks_on_8000, change("lb.TargetGroup", port=80)),
    Breach(
        "CP-LB-06",
        balancer.test_the_health_check_asks_for_health,
        change("lb.TargetGroup", healthCheck=merged(matcher="200-499")),
    ),
    Breach(
        "CP-LB-07",
        balancer.test_the_deregistration_delay_is_explicit,
        change("lb.TargetGroup", deregistrationDelay=GONE),
    ),
    Breach(
        "CP-LB-08",
        balancer.test_access_logs_are_written_to_a_bucket_that_takes_them,
        change("s3.BucketPolicy", "alb-logs", policy=text(lambda old: {**old, "Statement": old["Statement"][:1]})),
    ),
    Breach(
        "CP-DNS-01", dns.test_the_shared_stack_owns_the_one_zone, change("route53.Zone", name="yourname.org"), "shared"
    ),
    *(
        Breach(
            id_,
            dns.test_the_name_leads_to_the_load_balancer,
            change("route53.Record", "records-", name="www.yourname.com"),
            stack,
        )
        for stack, id_ in dns.ALIASES.items()
    ),
    Breach("CP-DNS-05", dns.test_a_certificate_for_the_name, change("acm.Certificate", domainName="*.yourname.com")),
    Breach("CP-DNS-06", dns.test_dns_validates_the_certificate, change("acm.Certificate", validationMethod="EMAIL")),
    Breach("CP-DNS-06", dns.test_dns_validates_the_certificate, drop("route53.Record", "certificate-proof")),
    Breach("CP-CMP-01", compute.test_one_cluster, plant("ecs.Cluster", name="second")),
    Breach(
        "CP-CMP-02",
        compute.test_container_insights,
        change("ecs.Cluster", settings=[{"name": "containerInsights", "value": "disabled"}]),
    ),
    Breach(
        "CP-CMP-03",
        compute.test_the_cluster_runs_on_fargate,
        change("ecs.ClusterCapacityProviders", capacityProviders=["FARGATE_SPOT"]),
    ),
    Breach("CP-CMP-04", compute.test_task_size, change("ecs.TaskDefinition", memory="1024")),
    Breach("CP-CMP-05", compute.test_desired_count, change("ecs.Service", desiredCount=2), "prod"),
    Breach("CP-CMP-06", compute.test_one_service_runs_the_task_on_fargate, change("ecs.Service", launchType="EC2")),
    Breach(
        "CP-CMP-07",
        compute.test_tasks_run_in_the_private_subnets,
        change("ecs.Service", networkConfiguration=merged(assignPublicIp=True)),
    ),
    Breach(
        "CP-CMP-08", compute.test_deployments_roll, change("ecs.Service", deploymentController={"type": "CODE_DEPLOY"})
    ),
    Breach("CP-CMP-09", compute.test_grace_period, change("ecs.Service", healthCheckGracePeriodSeconds=0)),
    Breach(
        "CP-CMP-10",
        compute.test_failed_deployments_roll_back,
        change("ecs.Service", deploymentCircuitBreaker=merged(rollback=False)),
    ),
    Breach(
        "CP-CMP-11",
        compute.test_the_container_is_registered_with_the_target_group,
        change("ecs.Service", loadBalancers=[]),
    ),
    Breach(
        "CP-CMP-12",
        compute.test_logs_go_to_the_application_group,
        change(
            "ecs.TaskDefinition",
            containerDefinitions=container(logConfiguration={"logDriver": "json-file", "options": {}}),
        ),
    ),
    Breach(
        "CP-CMP-13",
        compute.test_secrets_come_by_reference,
        lambda s: change(
            "ecs.TaskDefinition",
            containerDefinitions=container(
                environment=lambda old: [*old, {"name": "DSN", "value": one(s, "rds.Instance")["password"]}]
            ),
        )(s),
    ),
    Breach(
        "CP-CMP-13",
        compute.test_secrets_come_by_reference,
        change("ecs.TaskDefinition", containerDefinitions=container(secrets=[])),
    ),
    Breach(
        "CP-CMP-14",
        compute.test_configuration_comes_as_environment,
        change(
            "ecs.TaskDefinition", containerDefinitions=container(environment=[{"name": "ENVIRONMENT", "value": "prod"}])
        ),
    ),
    Breach(
        "CP-CMP-15",
        compute.test_the_container_has_a_health_check,
        change("ecs.TaskDefinition", containerDefinitions=container(healthCheck={"command": ["NONE"]})),
    ),
    Breach(
        "CP-CMP-16",
        compute.test_the_container_listens_on_8000,
        change(
            "ecs.TaskDefinition",
            containerDefinitions=container(portMappings=[{"containerPort": 80, "protocol": "tcp"}]),
        ),
    ),
    Breach(
        "CP-CMP-17", compute.test_one_repository_in_the_shared_stack, plant("ecr.Repository", name="second"), "shared"
    ),
    Breach(
        "CP-CMP-18",
        compute.test_images_are_scanned_on_push,
        change("ecr.Repository", imageScanningConfiguration={"scanOnPush": False}),
        "shared",
    ),
    Breach(
        "CP-CMP-19",
        compute.test_old_images_go,
        change("ecr.LifecyclePolicy", policy=lambda old: old.replace('"countNumber": 10', '"countNumber": 100')),
        "shared",
    ),
    Breach(
        "CP-CMP-20",
        compute.test_the_repository_url_is_an_output,
        export(repository_urls={"fastapi": "elsewhere"}),
        "shared",
    ),
    Breach(
        "CP-CMP-21",
        compute.test_images_can_be_copied_to_another_region,
        plant("ecr.ReplicationConfiguration"),
        "shared",
    ),
    Breach(
        "CP-SCALE-01",
        scaling.test_the_services_count_scales,
        change("appautoscaling.Target", resourceId="service/other/other"),
    ),
    Breach("CP-SCALE-02", scaling.test_the_bounds, change("appautoscaling.Target", minCapacity=2), "prod"),
    Breach("CP-SCALE-02", scaling.test_the_bounds, change("appautoscaling.Target", maxCapacity=1)),
    Breach(
        "CP-SCALE-03",
        scaling.test_cpu_scales_before_the_alarm,
        change("appautoscaling.Policy", targetTrackingScalingPolicyConfiguration=merged(targetValue=85)),
    ),
    Breach(
        "CP-SCALE-04",
        scaling.test_requests_can_scale,
        change(
            "appautoscaling.Policy",
            targetTrackingScalingPolicyConfiguration=merged(
                predefinedMetricSpecification={"predefinedMetricType": scaling.BY_REQUESTS}
            ),
        ),
    ),
    Breach("CP-DB-01", database.test_one_instance_of_its_class, change("rds.Instance", instanceClass="db.t3.small")),
    Breach("CP-DB-02", database.test_storage, change("rds.Instance", allocatedStorage=21)),
    Breach("CP-DB-03", database.test_a_standby_in_prod, change("rds.Instance", multiAz=False), "prod"),
    Breach("CP-DB-04", database.test_backups, change("rds.Instance", backupRetentionPeriod=0)),
    Breach(
        "CP-DB-05",
        database.test_storage_is_encrypted_with_the_stacks_key,
        change("rds.Instance", kmsKeyId="arn:aws:kms:other"),
    ),
    Breach(
        "CP-DB-06",
        database.test_performance_insights,
        change("rds.Instance", performanceInsightsEnabled=False),
        "staging",
    ),
    Breach("CP-DB-07", database.test_deletion_protection, change("rds.Instance", skipFinalSnapshot=True), "prod"),
    Breach("CP-DB-08", database.test_postgresql_15, change("rds.Instance", engineVersion="16.1")),
    Breach(
        "CP-DB-09",
        database.test_the_parameter_group_is_attached,
        change("rds.Instance", parameterGroupName="default.postgres15"),
    ),
    Breach(
        "CP-DB-10",
        database.test_connections_use_tls_1_2,
        change("rds.ParameterGroup", parameters=lambda old: [each for each in old if each["name"] != "rds.force_ssl"]),
    ),
    Breach(
        "CP-DB-11",
        database.test_it_stands_in_the_data_subnets,
        change("rds.SubnetGroup", subnetIds=lambda old: old[:2]),
    ),
    Breach("CP-DB-12", database.test_it_is_private, change("rds.Instance", publiclyAccessible=True)),
    Breach("CP-DB-13", database.test_it_listens_on_5432, change("rds.Instance", port=5433)),
    Breach("CP-DB-14", database.test_storage_grows, change("rds.Instance", maxAllocatedStorage=100), "prod"),
    Breach("CP-DB-15", database.test_enhanced_monitoring, change("rds.Instance", monitoringInterval=0)),
    Breach(
        "CP-DB-16", database.test_logs_are_exported, change("rds.Instance", enabledCloudwatchLogsExports=["upgrade"])
    ),
    Breach(
        "CP-DB-17",
        database.test_the_password_is_generated_and_kept_in_its_secret,
        unmark("rds.Instance", "", "password"),
    ),
    Breach(
        "CP-DB-17",
        database.test_the_password_is_generated_and_kept_in_its_secret,
        change("rds.Instance", password="hunter2-hunter2"),
    ),
    Breach("CP-DB-18", database.test_its_identifier, change("rds.Instance", identifier="postgres")),
    Breach(
        "CP-DB-19",
        database.test_snapshots_can_be_exported_to_the_backups_bucket,
        change(
            "iam.RolePolicy",
            "snapshot-export-bucket",
            policy=statement(Action="s3:GetObject*", Resource="arn:aws:s3:::other/*"),
        ),
    ),
    Breach("CP-CACHE-01", cache.test_node_type, change("elasticache.ReplicationGroup", nodeType="cache.t3.small")),
    Breach(
        "CP-CACHE-02", cache.test_a_replica_in_prod, change("elasticache.ReplicationGroup", numCacheClusters=1), "prod"
    ),
    Breach(
        "CP-CACHE-03", cache.test_failover_in_prod, change("elasticache.ReplicationGroup", multiAzEnabled=False), "prod"
    ),
    Breach(
        "CP-CACHE-04",
        cache.test_it_is_encrypted_at_rest_with_the_stacks_key,
        change("elasticache.ReplicationGroup", atRestEncryptionEnabled=False),
    ),
    Breach(
        "CP-CACHE-05",
        cache.test_it_is_encrypted_in_transit,
        change("elasticache.ReplicationGroup", transitEncryptionMode="preferred"),
    ),
    Breach(
        "CP-CACHE-06",
        cache.test_its_token_is_the_one_in_the_secret,
        change("elasticache.ReplicationGroup", authToken="another-token-1"),
    ),
    Breach(
        "CP-CACHE-07",
        cache.test_redis_7_with_its_own_parameter_group,
        change("elasticache.ReplicationGroup", parameterGroupName="default.redis7"),
    ),
    Breach(
        "CP-CACHE-08",
        cache.test_it_stands_in_the_data_subnets,
        change("elasticache.SubnetGroup", subnetIds=lambda old: old[1:]),
    ),
    Breach(
        "CP-CACHE-09",
        cache.test_it_listens_on_6379_with_its_group,
        lambda s: change("elasticache.ReplicationGroup", securityGroupIds=[_group("app")(s)])(s),
    ),
    Breach("CP-STORE-01", buckets.test_the_state_bucket, drop("s3.BucketVersioning", "state"), "shared"),
    Breach("CP-STORE-02", buckets.test_the_lock_table, change("dynamodb.Table", billingMode="PROVISIONED"), "shared"),
    Breach("CP-STORE-03", buckets.test_the_logs_bucket, drop("s3.Bucket", "bucket-logs")),
    Breach(
        "CP-STORE-04",
        buckets.test_the_backups_bucket,
        change("s3.BucketVersioning", "backups", versioningConfiguration={"status": "Suspended"}),
    ),
    *(
        Breach(
            "CP-STORE-05",
            buckets.test_every_bucket_is_encrypted_with_the_key,
            change(
                "s3.BucketServerSideEncryptionConfiguration",
                which,
                rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
            ),
            stack,
        )
        for stack, which in (("dev", "assets"), ("shared", "state"))
    ),
    *(
        Breach(
            "CP-STORE-06",
            buckets.test_no_bucket_is_public,
            change("s3.BucketPublicAccessBlock", which, blockPublicPolicy=False),
            stack,
        )
        for stack, which in (("dev", "logs"), ("shared", "state"))
    ),
    Breach(
        "CP-STORE-07",
        buckets.test_logs_and_backups_move_to_glacier,
        change("s3.BucketLifecycleConfiguration", "bucket-logs", rules=lambda old: [{**old[0], "status": "Disabled"}]),
    ),
    *(
        Breach(
            "CP-STORE-08",
            buckets.test_bucket_policies_restrict_access,
            change("s3.BucketPolicy", which, policy=ANYBODY),
            stack,
        )
        for stack, which in (("dev", "assets"), ("shared", "state"))
    ),
    Breach("CP-STORE-08", buckets.test_bucket_policies_restrict_access, drop("s3.BucketPolicy", "backups")),
    Breach(
        "CP-STORE-11",
        buckets.test_the_access_log_bucket,
        lambda s: change(
            "lb.LoadBalancer", accessLogs=merged(bucket=_resource(s, "s3.Bucket", "bucket-logs")["bucket"])
        )(s),
    ),
    Breach(
        "CP-STORE-12",
        buckets.test_logs_can_be_tiered,
        change(
            "s3.BucketLifecycleConfiguration",
            "bucket-logs",
            rules=lambda old: [{**old[0], "transitions": [{"days": 0, "storageClass": "INTELLIGENT_TIERING"}]}],
        ),
    ),
    Breach(
        "CP-STORE-13",
        buckets.test_the_assets_bucket_is_the_tasks_one,
        change("iam.RolePolicy", TASK, policy=lambda old: old.replace("/app/*", "/*")),
    ),
    Breach("CP-KMS-01", key.test_one_symmetric_key, plant("kms.Key")),
    Breach("CP-KMS-02", key.test_the_key_rotates_every_year, change("kms.Key", enableKeyRotation=False), "shared"),
    Breach("CP-KMS-03", key.test_deletion_waits, change("kms.Key", deletionWindowInDays=7)),
    Breach(
        "CP-KMS-04",
        key.test_its_administrators,
        change(
            "kms.Key",
            policy=statement(
                Principal={"AWS": "arn:aws:iam::123456789012:role/other"}, Action="kms:Put*", Resource="*"
            ),
        ),
    ),
    Breach(
        "CP-KMS-05",
        key.test_its_users,
        change(
            "kms.Key",
            policy=statement(
                Principal={"AWS": "arn:aws:iam::123456789012:role/other"}, Action="kms:Decrypt", Resource="*"
            ),
        ),
    ),
    Breach(
        "CP-KMS-05",
        key.test_its_users,
        change("kms.Key", policy=statement(Principal={"AWS": "*"}, Action="kms:Encrypt", Resource="*")),
    ),
    Breach("CP-KMS-06", key.test_its_arn_and_id_are_outputs, export(key_id="")),
    Breach(
        "CP-KMS-07",
        key.test_it_encrypts_every_store,
        change("secretsmanager.Secret", "jwt", kmsKeyId="alias/aws/secretsmanager"),
    ),
    Breach(
        "CP-SEC-01",
        secrets.test_the_database_credentials,
        change("secretsmanager.SecretVersion", "database", secretString=text(lambda old: {**old, "admin": "x"})),
    ),
    Breach("CP-SEC-02", secrets.test_the_redis_token, drop("secretsmanager.SecretVersion", "cache-token")),
    Breach("CP-SEC-03", secrets.test_the_jwt_signing_key, change("secretsmanager.Secret", "jwt", name="/dev/app/jwt")),
    Breach(
        "CP-SEC-04",
        secrets.test_the_external_api_keys,
        change("secretsmanager.Secret", "external", name="/dev/app/api-keys"),
    ),
    Breach(
        "CP-SEC-06",
        secrets.test_secrets_are_encrypted_with_the_stacks_key,
        change("secretsmanager.Secret", "slack", kmsKeyId="other"),
    ),
    Breach("CP-SEC-09", secrets.test_rotation_is_manual_outside_prod, plant("secretsmanager.SecretRotation")),
    Breach(
        "CP-SEC-11",
        secrets.test_parameters_hold_configuration_and_no_secret,
        change("ssm.Parameter", "LOG_LEVEL", type="SecureString"),
    ),
    Breach(
        "CP-SEC-11",
        secrets.test_parameters_hold_configuration_and_no_secret,
        change(
            "iam.RolePolicy",
            TASK,
            policy=statement(Action="ssm:GetParameter", Resource="arn:aws:ssm:us-east-1:1:parameter/dev/*"),
        ),
    ),
    Breach(
        "CP-SEC-12",
        secrets.test_no_credential_is_written_anywhere,
        unmark("elasticache.ReplicationGroup", "", "authToken"),
    ),
    Breach(
        "CP-SEC-12",
        secrets.test_no_credential_is_written_anywhere,
        lambda s: change("ec2.Vpc", tags=merged(Note=one(s, "rds.Instance")["password"]))(s),
    ),
    Breach(
        "CP-SEC-12",
        secrets.test_no_credential_is_written_anywhere,
        change("kms.Key", description="password: hunter2hunter2"),
        "shared",
    ),
    Breach("CP-SEC-12", secrets.test_no_credential_is_written_anywhere, export(note="AKIAIOSFODNN7EXAMPLE"), "shared"),
    Breach(
        "CP-IAM-01",
        roles.test_ecs_assumes_the_execution_role_for_this_account,
        change(
            "iam.Role", "ecs-task-execution", assumeRolePolicy=lambda old: old.replace("123456789012", "210987654321")
        ),
    ),
    Breach(
        "CP-IAM-02",
        roles.test_the_execution_role_pulls_one_image,
        change("iam.RolePolicy", EXECUTION, policy=lambda old: old.replace("cloudplatform-fastapi", "*")),
    ),
    Breach(
        "CP-IAM-03",
        roles.test_the_execution_role_writes_one_log,
        change("iam.RolePolicy", EXECUTION, policy=lambda old: old.replace("/ecs/dev/fastapi", "*")),
    ),
    Breach(
        "CP-IAM-04",
        roles.test_the_execution_role_reads_the_tasks_secrets_and_that_is_all,
        change("iam.RolePolicy", "start-secrets", policy=statement(Action="secretsmanager:ListSecrets", Resource="*")),
    ),
    Breach(
        "CP-IAM-05",
        roles.test_ecs_assumes_the_task_role_for_this_account,
        change(
            "iam.Role", "fastapi-ecs-task", assumeRolePolicy=statement(Principal={"AWS": "*"}, Action="sts:AssumeRole")
        ),
    ),
    Breach(
        "CP-IAM-06",
        roles.test_the_task_role_has_five_actions,
        change(
            "iam.RolePolicy",
            TASK,
            policy=statement(Action="s3:DeleteObject", Resource="arn:aws:s3:::cloudplatform-dev-assets/app/*"),
        ),
    ),
    Breach(
        "CP-IAM-06",
        roles.test_the_task_role_has_five_actions,
        change(
            "iam.RolePolicy",
            "task-metrics",
            policy=text(
                lambda old: {
                    **old,
                    "Statement": [{key: value for key, value in old["Statement"][0].items() if key != "Condition"}],
                }
            ),
        ),
    ),
    Breach(
        "CP-IAM-07",
        roles.test_the_two_roles_differ_and_read_named_secrets,
        lambda s: change("ecs.TaskDefinition", taskRoleArn=one(s, "ecs.TaskDefinition")["executionRoleArn"])(s),
    ),
    Breach(
        "CP-IAM-07",
        roles.test_the_two_roles_differ_and_read_named_secrets,
        change(
            "iam.RolePolicy", "task-secrets", policy=statement(Action="secretsmanager:GetSecretValue", Resource="*")
        ),
    ),
    Breach(
        "CP-IAM-14",
        roles.test_each_function_has_a_role_of_its_own,
        change("iam.Role", "slack-notifier", assumeRolePolicy=statement(Principal={"Service": "ec2.amazonaws.com"})),
    ),
    Breach(
        "CP-IAM-14",
        roles.test_each_function_has_a_role_of_its_own,
        change("iam.RolePolicy", "auto-remediate", policy=statement(Action="ec2:*", Resource="*")),
        "shared",
    ),
    Breach("CP-IAM-15", roles.test_rds_monitors_through_its_role, drop("iam.RolePolicyAttachment")),
    Breach(
        "CP-IAM-16",
        roles.test_flow_logs_write_through_their_role,
        change("iam.RolePolicy", "flow-logs", policy=lambda old: old.replace("/dev/vpc/flow-logs", "*")),
    ),
    Breach("CP-IAM-26", roles.test_no_long_lived_credentials, plant("iam.AccessKey", user="deploy"), "shared"),
    Breach(
        "CP-IAM-30",
        roles.test_the_export_role_delivers_and_no_more,
        change(
            "iam.RolePolicy",
            "snapshot-export-key",
            policy=statement(Action="kms:Decrypt", Resource="arn:aws:kms:us-east-1:1:key/other"),
        ),
    ),
    Breach(
        "CP-IAM-31",
        roles.test_services_act_through_their_linked_roles,
        change("ecs.Service", iamRole="arn:aws:iam::1:role/ecs"),
    ),
    Breach("CP-IAM-31", roles.test_services_act_through_their_linked_roles, plant("sns.Topic", name="open"), "shared"),
    Breach(
        "CP-IAM-32",
        roles.test_every_role_is_least_privilege,
        plant(
            "iam.RolePolicy",
            role="cloudplatform-shared-role-key-admin-devops",
            policy='{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::x"}}',
        ),
        "shared",
    ),
    Breach(
        "CP-IAM-32",
        roles.test_every_role_is_least_privilege,
        change("iam.RolePolicy", "flow-logs", policy=statement(Action="logs:PutLogEvents", Resource="*")),
    ),
    Breach(
        "CP-LOG-01",
        logs.test_the_application_group,
        change("cloudwatch.LogGroup", "service-fastapi", name="/ecs/fastapi"),
    ),
    Breach("CP-LOG-02", logs.test_retention, change("cloudwatch.LogGroup", "flow-logs", retentionInDays=GONE)),
    Breach(
        "CP-LOG-03",
        logs.test_the_database_group_is_there_before_the_database,
        detach("rds.Instance", "", "database-log"),
    ),
    Breach("CP-LOG-05", logs.test_the_flow_log_group, drop("cloudwatch.LogGroup", "flow-logs")),
    Breach(
        "CP-LOG-06",
        logs.test_groups_are_encrypted_with_the_stacks_key,
        change("cloudwatch.LogGroup", "database", kmsKeyId=GONE),
    ),
    Breach(
        "CP-LOG-06",
        logs.test_groups_are_encrypted_with_the_stacks_key,
        change(
            "kms.Key", policy=lambda old: old.replace("logs.us-east-1.amazonaws.com", "logs.eu-west-1.amazonaws.com")
        ),
        "shared",
    ),
    Breach("CP-TAG-01", tags.test_everything_taggable_has_the_four_tags, change("ec2.Eip", tagsAll=merged(Owner=GONE))),
    Breach(
        "CP-TAG-01",
        tags.test_everything_taggable_has_the_four_tags,
        change("s3.Bucket", tagsAll=merged(Environment="dev")),
        "shared",
    ),
    Breach("CP-TAG-02", tags.test_names_follow_the_pattern, change("ecs.Cluster", name="fastapi-cluster")),
    Breach(
        "CP-TAG-02",
        tags.test_names_follow_the_pattern,
        change("s3.Bucket", "assets", bucket="cloudplatform-prod-assets"),
    ),
    Breach(
        "CP-TAG-03",
        tags.test_the_ledgers_five_names,
        change("ec2.Subnet", "data-us-east-1b", tags=merged(Name="cloudplatform-dev-subnet-data-2")),
    ),
    *planted.BREACHES,
]


def _name(breach: Breach) -> str:
    return f"{breach.id}-{breach.stack}"


@pytest.mark.parametrize("breach", BREACHES, ids=_name)
def test_a_breach_takes_the_proof_away(breach: Breach) -> None:
    sound = recorded(breach.stack, True)
    breach.proof(sound, breach.stack, **breach.more)
    with pytest.raises(AssertionError):
        breach.proof(breach.mutation(sound), breach.stack, **breach.more)


def _proofs() -> set[Proof]:
    """The functions that claim a requirement on a stack that they are given."""
    return {
        function
        for area in AREAS
        for name, function in vars(area).items()
        if name.startswith("test_") and "platform" in inspect.signature(function).parameters
        if _ids(function)
    }


def _ids(function: Proof) -> set[str]:
    marks = list(getattr(function, "pytestmark", []))
    for mark in list(marks):
        if mark.name == "parametrize":
            marks += [inner for row in mark.args[1] for inner in getattr(row, "marks", ())]
    return {id_ for mark in marks if mark.name == MARKER for id_ in mark.args}


def test_every_proof_has_its_breach() -> None:
    assert {each.__name__ for each in _proofs()} == {breach.proof.__name__ for breach in BREACHES}
    for breach in BREACHES:
        assert breach.id in _ids(breach.proof), breach.id


def test_every_area_has_its_module() -> None:
    """A new module of proofs must be named here, or its proofs could go without breaches."""
    here = Path(__file__).parent
    others = {"test_breaches", "test_ledger", "test_tracer", "test_references", "test_signatures", "test_collection"}
    # No proofs of a recording; they have breaches of their own.
    others |= {"test_workflows", "test_workflow_breaches", "test_documents", "test_document_breaches"}
    found = {file.stem for file in here.glob("test_*.py")} - others
    assert found == {area.__name__.rpartition(".")[2] for area in AREAS}


@pytest.mark.parametrize(
    ("check", "runbook", "word"),
    [
        (database.describes_an_export, database.RUNBOOK, "start-export-task"),
        (secrets.describes_manual_rotation, secrets.RUNBOOK, "grace period"),
        (secrets.describes_manual_rotation, secrets.RUNBOOK, "## Redis auth token"),
    ],
)
def test_a_runbook_without_its_instructions_is_seen(check: Callable[[str], None], runbook: Path, word: str) -> None:
    """Of CP-DB-19 and CP-SEC-10."""
    check(runbook.read_text())
    with pytest.raises(AssertionError):
        check(re.sub(f"(?i){word}", "", runbook.read_text()))
