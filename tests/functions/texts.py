"""A generated text, and services of which some read it."""

import json

import pytest

from tests.functions.emulated import hidden

SECRET = "/test/jwt-secret"


@pytest.fixture
def text(aws, monkeypatch):
    """The text, two services that read it and one that does not."""
    value = hidden() * 2
    aws.its("secretsmanager").create_secret(Name=SECRET, SecretString=value)
    ecs = aws.its("ecs")
    ecs.create_cluster(clusterName="cluster")
    ecs.register_task_definition(family="api", containerDefinitions=[{"name": "api", "image": "api", "memory": 128}])
    for service in ("api", "worker", "other"):
        ecs.create_service(cluster="cluster", serviceName=service, taskDefinition="api", desiredCount=1)
    monkeypatch.setenv("CLUSTER", "cluster")
    monkeypatch.setenv("READS", json.dumps({"api": [SECRET], "worker": [SECRET, "/test/b"], "other": ["/test/b"]}))
    return value
