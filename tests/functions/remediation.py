"""What auto-remediate's tests have in common: its account, and the events that it is given."""

from tests.functions.emulated import ACCOUNT, REGION, hidden

BALANCER, QUARANTINE = "test-sg-alb", "test-sg-quarantine"


WHERE = f"account {ACCOUNT}, {REGION}"


def bridge_event(kind, detail):
    return {"detail-type": kind, "account": ACCOUNT, "region": REGION, "detail": detail}


def finding_event(resource, kind="Backdoor:Runtime/C&CActivity.B", severity=8, **service):
    detail = {
        "id": "f1",
        "type": kind,
        "severity": severity,
        "title": "It talks to a known command and control server.",
        "resource": resource,
        "service": {"count": 1, **service},
    }
    return bridge_event("GuardDuty Finding", detail)


def call_event(name, parameters, **detail):
    who = {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/eve"}
    found = {"eventName": name, "requestParameters": parameters, "userIdentity": who, **detail}
    return bridge_event("AWS API Call via CloudTrail", found)


def compliance_event(kind, resource, compliance="NON_COMPLIANT"):
    detail = {
        "configRuleName": "s3-bucket-public-read-prohibited",
        "resourceType": kind,
        "resourceId": resource,
        "newEvaluationResult": {"complianceType": compliance},
    }
    return bridge_event("Config Rules Compliance Change", detail)


def run_instance(aws, interfaces=1, name="own"):
    """A machine in the default VPC with a group of its own on each interface."""
    ec2 = aws.its("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    groups = [
        ec2.create_security_group(GroupName=f"{name}-{number}", Description=name, VpcId=subnet["VpcId"])["GroupId"]
        for number in range(interfaces)
    ]
    instance = ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[
            {"DeviceIndex": number, "SubnetId": subnet["SubnetId"], "Groups": [group]}
            for number, group in enumerate(groups)
        ],
    )["Instances"][0]["InstanceId"]
    return instance, groups


def rules_of(aws, group):
    return aws.its("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])[
        "SecurityGroupRules"
    ]


def quarantine_group(aws):
    found = aws.its("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": [QUARANTINE]}])
    return [group["GroupId"] for group in found["SecurityGroups"]]


def run_task(aws):
    """A task on Fargate whose overrides hold a secret."""
    ecs, ec2 = aws.its("ecs"), aws.its("ec2")
    ecs.create_cluster(clusterName="cluster")
    ecs.register_task_definition(
        family="api",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "api", "image": "repository/api:1", "memory": 512}],
    )
    secret = hidden()
    network = {
        "subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
        "securityGroups": [ec2.create_security_group(GroupName="task", Description="task")["GroupId"]],
    }
    [task] = ecs.run_task(
        cluster="cluster",
        taskDefinition="api",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
        overrides={"containerOverrides": [{"name": "api", "environment": [{"name": "TOKEN", "value": secret}]}]},
    )["tasks"]
    return task["clusterArn"], task["taskArn"], secret


def task_finding(cluster, task):
    details = {"arn": cluster, "taskDetails": {"arn": task, "containers": [{"name": "api"}]}}
    return finding_event({"resourceType": "ECSCluster", "ecsClusterDetails": details})


def make_group(aws, *permissions, name="app"):
    ec2 = aws.its("ec2")
    group = ec2.create_security_group(GroupName=name, Description=name)["GroupId"]
    for protocol, first, last, source in permissions:
        key, cidr = ("Ipv6Ranges", "CidrIpv6") if ":" in source else ("IpRanges", "CidrIp")
        ports = {} if protocol == "-1" else {"FromPort": first, "ToPort": last}
        permission = {"IpProtocol": protocol, **ports, key: [{cidr: source}]}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    return group


def opened_event(group):
    """How CloudTrail tells of a rule that was added."""
    return call_event("AuthorizeSecurityGroupIngress", {"groupId": group, "ipPermissions": {}})


def sources_of(aws, group):
    return sorted(
        (each.get("CidrIpv4") or each.get("CidrIpv6"), each["FromPort"])
        for each in rules_of(aws, group)
        if not each["IsEgress"]
    )
