"""What the tables of delivery and access refuse, and what they advise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.settings.changed import Config, problems, update


def own_pipeline(**words: object) -> Callable[[Config], object]:
    """A stack file with a pipeline of its own."""
    return lambda config: config.update({"cloudplatform:pipeline": {"repositories": ["a/b"], **words}})


CASES = [
    ("shared", update("delivery", "environments", "dev", github="production"),
     "delivery.environments.prod.github: another environment has the GitHub environment production too; give "
     "each its own"),
    ("shared", update("delivery", "environments", shared={}),
     "delivery.environments.shared: this stack's own environment has its role anyway; remove it here"),
    ("shared", update("delivery", state="nowhere"),
     "delivery.state: there is no bucket 'nowhere'; use cloudtrail, config or state"),
    ("shared", own_pipeline(pushes=["fastapi"]),
     "pipeline: delivery makes the roles of all environments here; remove one of the two"),
    ("dev", own_pipeline(),
     "pipeline: the role may do nothing; add pushes, deploys or uploads"),
    ("dev", own_pipeline(pushes=["x"]),
     "pipeline.pushes[0]: there is no repository 'x'; add it to cloudplatform:repositories"),
    ("dev", own_pipeline(deploys=["fastapy"]),
     "pipeline.deploys[0]: there is no service 'fastapy'; did you mean fastapi?"),
    ("dev", own_pipeline(uploads=["asset"]),
     "pipeline.uploads[0]: there is no bucket 'asset'; did you mean assets?"),
    ("dev", own_pipeline(uploads=["assets", "assets"]),
     "pipeline.uploads[1]: assets is named twice; name it once"),
    ("dev", own_pipeline(uploads=["assets"], infrastructure={"state": "assets", "lock": "lck"}),
     "pipeline.infrastructure.lock: there is no table 'lck'; add it to cloudplatform:tables"),
    ("prod", update("access", developers={}),
     "access.developers: a stack with break-glass has no developers' role; remove one of the two"),
    ("dev", update("access", out_of_reach=["prod", "prod"]),
     "access.out-of-reach[1]: prod is named twice; name it once"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "message"), CASES, ids=[case[2].split(":")[0] for case in CASES])
def test_what_is_refused(tmp_path: Path, stack: str, change: Callable[[Config], object], message: str) -> None:
    assert message in problems(tmp_path, stack, change)
