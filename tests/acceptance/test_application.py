"""The application as its users see a deployed stack: it answers, it is safe to ask, and it grows with its load."""

import json
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.deployed import Deployed
from tests.requirements.expected import environments, requirement
from tests.requirements.reading import of, one, only

MALICIOUS = (
    "/items?name=%3Cscript%3Ealert(1)%3C/script%3E",
    "/items?id=1%27%20OR%20%271%27=%271%27%20UNION%20SELECT%20password%20FROM%20users--",
    "/items?file=../../../../etc/passwd",
)
#: Ports that are found open where somebody forgot them.
FORBIDDEN = (21, 22, 23, 25, 111, 139, 445, 1433, 2375, 3306, 3389, 5432, 5900, 6379, 8000, 8080, 8443, 9200, 27017)
#: Asks the given addresses without end, with as many threads as it is told, for as many seconds.
LOAD = """
import sys, threading, time, urllib.request
seconds, threads, *hosts = sys.argv[1:]
end = time.monotonic() + int(seconds)
def ask(host):
    while time.monotonic() < end:
        try:
            urllib.request.urlopen("http://%s:8000/items" % host, timeout=5).read()
        except OSError:
            time.sleep(0.1)
all = [threading.Thread(target=ask, args=(host,)) for host in hosts for _ in range(int(threads))]
[each.start() for each in all]
[each.join() for each in all]
"""


@pytest.mark.deployed
@requirement("CP-LB-09")
@environments
def test_it_answers_through_the_load_balancer(deployed: Deployed, stack: str) -> None:
    """Over HTTPS, with every target healthy; HTTP leads there."""
    assert deployed.web.ask(f"https://{deployed.host}/health").status == 200
    plain = deployed.web.ask(f"http://{deployed.host}/health")
    assert plain.status == 301
    assert plain.headers["location"] in (f"https://{deployed.host}:443/health", f"https://{deployed.host}/health")
    elb = deployed.client("elbv2")
    [group] = elb.describe_target_groups(Names=[deployed.name("lb.TargetGroup")])["TargetGroups"]
    health = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    assert health
    assert {each["TargetHealth"]["State"] for each in health} == {"healthy"}


@pytest.mark.deployed
@requirement("CP-CMP-24")
@environments
def test_the_image_runs_and_answers(deployed: Deployed, stack: str) -> None:
    """The running image is in the registry, all tasks of the one deployment run, and a list of items comes back."""
    service = deployed.service()
    deployment = only(service["deployments"])
    assert (deployment["rolloutState"], service["runningCount"]) == ("COMPLETED", service["desiredCount"])
    ecs = deployed.client("ecs")
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    image = definition["containerDefinitions"][0]["image"]
    repository, _, reference = image.partition("/")[2].replace("@", ":@").partition(":")
    wanted = {"imageDigest": reference[1:]} if reference.startswith("@") else {"imageTag": reference}
    details = deployed.client("ecr").describe_images(repositoryName=repository, imageIds=[wanted])["imageDetails"]
    assert len(details) == 1
    answer = deployed.web.ask(f"https://{deployed.host}/items?limit=1")
    assert answer.status == 200
    assert isinstance(json.loads(answer.body), list)


@pytest.mark.deployed
@requirement("CP-SCALE-05")
@environments
def test_load_makes_it_scale_out(deployed: Deployed, stack: str) -> None:
    """The load comes from inside, by a task that carries the load balancer's group: from outside the web ACL would
    stop it. Run it when nobody is hurt by it."""
    ecs, before = deployed.client("ecs"), deployed.service()
    most = one(deployed.recording, "appautoscaling.Target")["maxCapacity"]
    assert before["desiredCount"] < most, "it is at its maximum already"
    tasks = ecs.describe_tasks(
        cluster=deployed.name("ecs.Cluster"),
        tasks=ecs.list_tasks(cluster=deployed.name("ecs.Cluster"), serviceName=before["serviceName"])["taskArns"],
    )["tasks"]
    details = [{each["name"]: each["value"] for each in task["attachments"][0]["details"]} for task in tasks]
    place = before["networkConfiguration"]["awsvpcConfiguration"]
    name = next(each["name"] for each in of(deployed.recording, "ec2.SecurityGroup")
                if each.name == "firewall-load-balancer")  # fmt: skip
    [front] = deployed.client("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": [name]}])[
        "SecurityGroups"
    ]
    # In the same subnet no network ACL stands between.
    subnet = details[0]["subnetId"]
    near = [each["privateIPv4Address"] for each in details if each["subnetId"] == subnet]
    command = ["python", "-c", LOAD, str(int(deployed.patience)), "32", *near]
    groups = [*place["securityGroups"], front["GroupId"]]
    load = threading.Thread(
        target=deployed.inside.run, kwargs={"command": command, "groups": groups, "subnets": [subnet]}, daemon=True
    )
    load.start()
    deployed.eventually(lambda: deployed.service()["desiredCount"] > before["desiredCount"], "one more task")


@pytest.mark.deployed
@requirement("CP-WAF-11")
@environments
def test_a_malicious_request_is_blocked(deployed: Deployed, stack: str) -> None:
    """Scripts, SQL and paths in a query are refused before the application; the same path without them is not."""
    assert deployed.web.ask(f"https://{deployed.host}/items?limit=1").status == 200
    for path in MALICIOUS:
        assert deployed.web.ask(f"https://{deployed.host}{path}").status == 403, path


@pytest.mark.deployed
@requirement("CP-DOC-15")
def test_it_stands_penetration_and_load(deployed: Deployed) -> None:
    """From scratch to an answer is what must be there for this; then what an attacker tries first, and 300 requests at
    once, ten at a time, which the web ACL still allows."""
    if not deployed.settings.services:
        pytest.skip("this stack answers nobody: ask an environment's")
    host = deployed.host
    assert deployed.web.ask(f"https://{host}/health").status == 200
    assert [port for port in FORBIDDEN if deployed.web.connects(host, port)] == []
    assert not deployed.web.speaks(host, 443, ssl.TLSVersion.TLSv1_1)
    assert deployed.web.speaks(host, 443, ssl.TLSVersion.TLSv1_2)
    answer = deployed.web.ask(f"https://{host}/items?limit=1")
    assert "server" not in answer.headers
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert {deployed.web.ask(f"https://{host}{path}").status for path in MALICIOUS} == {403}

    def timed(_: int) -> tuple[int, float]:
        began = time.monotonic()
        return deployed.web.ask(f"https://{host}/items?limit=10").status, time.monotonic() - began

    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(timed, range(300)))
    assert {status for status, _ in found} == {200}
    assert sorted(seconds for _, seconds in found)[int(len(found) * 0.99)] < 2  # the alarm's threshold
