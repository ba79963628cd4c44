"""What the tables of delivery and access refuse, and what they advise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.settings.changed import Config, problems, update

CASES = [
    ("shared", update("delivery", "environments", "dev", github="production"),
     "delivery.environments.prod.github: another environment has the GitHub environment production too; give "
     "each its own"),
    ("shared", update("delivery", "environments", shared={}),
     "delivery.environments.shared: this stack's own environment has its role anyway; remove it here"),
    ("shared", update("delivery", state="nowhere"),
     "delivery.state: there is no bucket 'nowhere'; use cloudtrail, config or state"),
    ("prod", update("access", developers={}),
     "access.developers: a stack with break-glass has no developers' role; remove one of the two"),
    ("dev", update("access", out_of_reach=["prod", "prod"]),
     "access.out-of-reach[1]: prod is named twice; name it once"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "message"), CASES, ids=[case[2].split(":")[0] for case in CASES])
def test_what_is_refused(tmp_path: Path, stack: str, change: Callable[[Config], object], message: str) -> None:
    assert message in problems(tmp_path, stack, change)
