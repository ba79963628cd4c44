"""The pipeline, and which environments are within reach."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.table import Complaint


@check("delivery", "names", "project", "environment")
def the_pipeline_knows_each_environment_once(s: Settings) -> Iterator[Complaint]:
    """The stack that has the roles is one of those that are applied; it is not listed among them."""
    if s.delivery and s.names.environment in s.delivery.environments:
        path = ("delivery", "environments", s.names.environment)
        yield Complaint(path, "this stack's own environment has its role anyway; remove it here")


@check("access", "names", "project", "environment")
def an_environment_reaches_itself(s: Settings) -> Iterator[Complaint]:
    for index, word in enumerate(s.access.out_of_reach):
        if word == s.names.environment:
            yield Complaint(("access", "out-of-reach", index), f"{word} is this very environment; remove it")


@check("delivery", "repositories")
def images_are_pushed_somewhere(s: Settings) -> Iterator[Complaint]:
    if s.delivery and not s.repositories:
        yield Complaint(("delivery",), "the pipeline needs a repository for its images; add cloudplatform:repositories")
