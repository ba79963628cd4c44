"""An image that `pulumi up` builds: a whole stack with it, and awsx imported only then."""

import json
import subprocess
import sys
from functools import cache

import pytest

from components.compute.image import Image, ImageArgs
from preview.wire import UNKNOWN
from tests.components.examples import COMMON, built
from tests.contracts.recordings import Order
from tests.stacks import ROOT, record_file

FILE = ROOT / "tests" / "data" / "stacks" / "build.yaml"
IMAGE = "awsx:ecr:Image"

SCRIPT = """
import json, sys
import sdk_importer
sdk_importer.install()
import components.platform
before = "pulumi_awsx" in sys.modules
from tests.components.test_image import FILE, record_file
record_file(FILE, "build", False)
print(json.dumps([before, "pulumi_awsx" in sys.modules]))
"""


@cache
def _stack(known: bool):
    return record_file(FILE, "build", known)


def test_awsx_is_imported_only_to_build():
    """In an interpreter of its own: not with the platform's modules, but with the first image."""
    run = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [False, True]


@pytest.mark.parametrize(("architecture", "platform"), [("x86-64", "linux/amd64"), ("arm64", "linux/arm64")])
def test_the_image(architecture, platform):
    """Built from the folder for the service's processors and pushed to the repository; its address is handed on."""
    given = {"folder": "app", "architecture": architecture, "repository_url": "r.example.com/web", **COMMON}
    recording = built(lambda: Image("image", ImageArgs(**given)), known=False)
    [image] = recording.of(IMAGE)
    assert image.name == "image-image"
    assert {name: image[name] for name in ("context", "platform", "repositoryUrl")} == {
        "context": "app",
        "platform": platform,
        "repositoryUrl": "r.example.com/web",
    }
    assert recording.named("image")[0].registered == {"uri": UNKNOWN}


@pytest.mark.parametrize("known", [False, True])
def test_the_service_runs_what_is_built(known):
    """The task definition depends on the image, the image on its repository, and `pulumi up` deploys it."""
    recording = _stack(known)
    [image] = recording.of(IMAGE)
    assert (image.name, image["context"]) == ("image-worker-image", "tests/components/image")
    [repository] = recording.of("aws:ecr/repository:Repository")
    assert image.property_dependencies["repositoryUrl"] == (repository.urn,)
    [task] = recording.of("aws:ecs/taskDefinition:TaskDefinition")
    assert image.urn in task.property_dependencies["containerDefinitions"]
    assert task["skipDestroy"] is False
    [service] = recording.of("aws:ecs/service:Service")
    assert service.options.ignore_changes == ("desiredCount",)
    [start] = [each for each in recording.of("aws:iam/rolePolicy:RolePolicy") if each.name == "service-worker-start"]
    assert repository.urn in Order(recording).before(start.urn)


def test_the_folder_is_there():
    """What the stack file builds can be built."""
    assert (ROOT / "tests" / "components" / "image" / "Dockerfile").read_text().count("FROM ") == 1


def test_the_stack_is_decided_by_its_file():
    """Known or unknown, the same resources; no load balancer, database, cache or ACL, for none is asked for."""
    first, later = _stack(False), _stack(True)
    assert first.resources.keys() == later.resources.keys()
    packages = {each.type.split("/")[0] for each in first.resources.values() if each.custom}
    assert packages.isdisjoint({"aws:lb", "aws:rds", "aws:elasticache", "aws:acm"})
    assert first.of("aws:ec2/networkAcl:NetworkAcl") == []
    assert first.outputs.keys() >= {"repository_urls", "service_worker", "cluster_name", "vpc_id", "key_arn"}
