"""Breaches of what nobody asked for: a way into the containers."""

from tests.requirements import test_shells as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, change, statement

PROOF = AREA.test_a_shell_is_an_option

BREACHES = [
    Breach("CP-AUTO-16", PROOF, change("ecs.Service", enableExecuteCommand=True)),
    Breach("CP-AUTO-16", PROOF, change("ecs.Service", enableExecuteCommand=True), "prod"),
    Breach("CP-AUTO-16", PROOF,
           change("iam.RolePolicy", "fastapi-task-metrics", policy=statement(Action="ssmmessages:*", Resource="*"))),
]  # fmt: skip
