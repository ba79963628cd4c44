"""Examples of the rule container-host-paths."""

import json

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps(
            [
                {
                    "name": "app",
                    "image": "registry.example:5000/app:2.7.1",
                    "mountPoints": [
                        {"sourceVolume": "docker", "containerPath": "/var/run/docker.sock", "readOnly": True}
                    ],
                }
            ]
        ),
        volumes=[{"name": "docker", "host_path": "/var/run/docker.sock"}],
    )


def passes() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps(
            [
                {
                    "name": "app",
                    "image": "registry.example:5000/app:2.7.1",
                    "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/tmp"}],
                }
            ]
        ),
        volumes=[{"name": "scratch"}],
    )
