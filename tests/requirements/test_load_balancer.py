"""CP-LB: one load balancer, HTTPS in front, HTTP only redirecting."""

import re

from preview.recording import Recording
from tests.requirements.breaches import GONE, Breach, change, merged, noticed, text
from tests.requirements.expected import environments, requirement
from tests.requirements.reach import INTERNET, Stop, Traveller, reaches
from tests.requirements.reading import (
    access_log_bucket,
    arn,
    at,
    document,
    groups,
    ids,
    of,
    of_bucket,
    one,
    only,
    subnets,
)


@requirement("CP-LB-01")
@environments
def test_one_internet_facing_load_balancer(platform: Recording, stack: str) -> None:
    balancer = one(platform, "lb.LoadBalancer")
    assert (balancer["loadBalancerType"], balancer["internal"]) == ("application", False)
    assert sorted(balancer["subnets"]) == sorted(ids(subnets(platform, stack, "public")))
    group = only(each for each in of(platform, "ec2.SecurityGroup") if each["name"] == f"cloudplatform-{stack}-sg-alb")
    assert balancer["securityGroups"] == [group.id]


@requirement("CP-LB-02")
@environments
def test_https_forwards_to_the_application(platform: Recording, stack: str) -> None:
    listener = at(platform, "lb.Listener", port=443)
    assert listener["protocol"] == "HTTPS"
    assert listener["loadBalancerArn"] == arn(one(platform, "lb.LoadBalancer"))
    assert listener["certificateArn"] == arn(one(platform, "acm.Certificate"))
    action = only(listener["defaultActions"])
    assert (action["type"], action["targetGroupArn"]) == ("forward", arn(one(platform, "lb.TargetGroup")))


@requirement("CP-LB-03")
@environments
def test_clients_use_tls_1_2_or_newer(platform: Recording, stack: str) -> None:
    policy = at(platform, "lb.Listener", port=443).inputs.get("sslPolicy", "")
    assert re.search("TLS13-1-2|TLS13-1-3|TLS-1-2|FS-1-2", policy)


@requirement("CP-LB-04")
@environments
def test_http_only_redirects(platform: Recording, stack: str) -> None:
    listener = at(platform, "lb.Listener", port=80)
    assert listener["protocol"] == "HTTP"
    assert listener["loadBalancerArn"] == arn(one(platform, "lb.LoadBalancer"))
    action = only(listener["defaultActions"])
    assert action["type"] == "redirect"
    assert action["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}
    assert len(of(platform, "lb.Listener")) == 2


@requirement("CP-LB-05")
@environments
def test_the_target_group_takes_tasks_on_8000(platform: Recording, stack: str) -> None:
    target = one(platform, "lb.TargetGroup")
    assert (target["port"], target["protocol"], target["targetType"]) == (8000, "HTTP", "ip")
    assert target["vpcId"] == one(platform, "ec2.Vpc").id


@requirement("CP-LB-06")
@environments
def test_the_health_check_asks_for_health(platform: Recording, stack: str) -> None:
    check = one(platform, "lb.TargetGroup")["healthCheck"]
    assert (check["path"], check["matcher"]) == ("/health", "200")


@requirement("CP-LB-07")
@environments
def test_the_deregistration_delay_is_explicit(platform: Recording, stack: str) -> None:
    assert "deregistrationDelay" in one(platform, "lb.TargetGroup").inputs


@requirement("CP-LB-08")
@environments
def test_access_logs_are_written_to_a_bucket_that_takes_them(platform: Recording, stack: str) -> None:
    assert one(platform, "lb.LoadBalancer")["accessLogs"]["enabled"] is True
    bucket = access_log_bucket(platform)
    deliverers = {
        ("Service", "logdelivery.elasticloadbalancing.amazonaws.com"),
        ("AWS", "arn:aws:iam::127311923021:root"),
    }
    assert any(
        each.allows and deliverers & set(each.principals) and "s3:PutObject" in each.actions
        for each in document(of_bucket(platform, "s3.BucketPolicy", bucket)["policy"])
    )


@environments
def test_requests_find_the_application(platform: Recording, stack: str) -> None:
    """What the recording shows of CP-LB-09: the internet reaches the load balancer on 80 and 443 and nothing else,
    and it the tasks on 8000. That the application answers is for a deployed stack."""
    its = groups(platform)
    for public in subnets(platform, stack, "public"):
        balancer = Traveller(public, its["alb"], public=True)
        for port in (80, 443):
            assert not isinstance(reaches(platform, INTERNET, balancer, port), Stop)
        assert isinstance(reaches(platform, INTERNET, balancer, 8000), Stop)
        for private in subnets(platform, stack, "private"):
            assert reaches(platform, balancer, Traveller(private, its["app"]), 8000) == []


BREACHES = [
    Breach("CP-LB-01", test_one_internet_facing_load_balancer, change("lb.LoadBalancer", internal=True)),
    Breach(
        "CP-LB-02",
        test_https_forwards_to_the_application,
        change("lb.Listener", "https", certificateArn="arn:aws:acm:other"),
    ),
    Breach("CP-LB-03", test_clients_use_tls_1_2_or_newer, change("lb.Listener", "https", sslPolicy=GONE)),
    Breach(
        "CP-LB-04",
        test_http_only_redirects,
        change("lb.Listener", "http", defaultActions=[{"type": "forward"}]),
    ),
    Breach("CP-LB-05", test_the_target_group_takes_tasks_on_8000, change("lb.TargetGroup", port=80)),
    Breach(
        "CP-LB-06",
        test_the_health_check_asks_for_health,
        change("lb.TargetGroup", healthCheck=merged(matcher="200-499")),
    ),
    Breach(
        "CP-LB-07",
        test_the_deregistration_delay_is_explicit,
        change("lb.TargetGroup", deregistrationDelay=GONE),
    ),
    Breach(
        "CP-LB-08",
        test_access_logs_are_written_to_a_bucket_that_takes_them,
        change("s3.BucketPolicy", "alb-logs", policy=text(lambda old: {**old, "Statement": old["Statement"][:1]})),
    ),
]

test_breaches = noticed(BREACHES)
