"""techcorp's stack in us-west-2 is deployed when us-east-1 is lost, and nothing of that is asked or named."""

import json
from pathlib import Path

from preview.recording import Recording
from tests.requirements.reading import texts
from tests.requirements.systems.regions import PRIMARY, SOURCE
from tests.stacks import record_file, recorded, stack_file

STACK, SERVICE = "techcorp/production-dr", "cloudplatform:compute:Service"
FOLLOWS = f"""\
    # Whoever removes this line promotes the replica: docs/runbooks/failover.md.
    source: {{arn: "{SOURCE}", copied-days: 30}}
"""


def _named(stack: Recording) -> list[tuple[str, str]]:
    """Resources and their properties with the lost region's name in them."""
    return sorted(
        (each.name, property_)
        for each in stack.resources.values()
        for property_, value in each.inputs.items()
        if any(PRIMARY in text for text in (property_, *texts({property_: value}), json.dumps(value, default=str)))
    )


def test_the_lost_region_is_named_by_what_follows_it() -> None:
    """The replica and the copied backups name their source, as text that nobody looks up; nothing else does."""
    stack = recorded(STACK, known=True)
    assert _named(stack) == [
        ("copied-backups-copies", "sourceDbInstanceArn"),
        ("database-instance", "replicateSourceDb"),
    ]


def test_after_the_promotion_nothing_names_it(tmp_path: Path) -> None:
    """The stack file without the lines that the runbook has removed is recorded whole, from itself alone."""
    text = stack_file(STACK).read_text()
    assert text.count(FOLLOWS) == 1
    file = tmp_path / stack_file(STACK).name
    file.write_text(text.replace(FOLLOWS, ""))
    promoted, before = record_file(file, STACK, known=True), recorded(STACK, known=True)
    assert _named(promoted) == []
    names, then = ({each.name for each in stack.resources.values()} for stack in (before, promoted))
    assert names - then == {"alarms-database-lag", "copied-backups", "copied-backups-copies"}
    rotations = {f"rotation-user-{each.name.removeprefix('service-')}" for each in before.of(SERVICE)}
    # No role and no function comes: IAM's control plane may be lost, too.
    assert then - names == rotations | {f"{each}-schedule" for each in rotations} | {"database-final-snapshot"}


def test_no_service_is_the_administrator() -> None:
    """Only the function that makes users reads the secret of the database's administrator."""
    policies = recorded(STACK, known=True).of("aws:iam/rolePolicy:RolePolicy")
    assert [each.name for each in policies if "/database/credentials-" in each["policy"]] == [
        "function-rotate-user-data"
    ]
