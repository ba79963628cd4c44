"""The pipeline, and which environments are within reach."""

from collections.abc import Iterable, Iterator
from typing import Final

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.table import Complaint, Path
from settings.words import choice

KEYS: Final = {"repository": "repositories", "service": "services", "bucket": "buckets", "table": "tables"}


@check("delivery", "names", "project", "environment")
def the_pipeline_knows_each_environment_once(s: Settings) -> Iterator[Complaint]:
    """The stack that has the roles is one of those that are applied; it is not listed among them."""
    if s.delivery and s.names.environment in s.delivery.environments:
        path = ("delivery", "environments", s.names.environment)
        yield Complaint(path, "this stack's own environment has its role anyway; remove it here")


@check("pipeline", "repositories", "services", "buckets", "tables", "cluster")
def the_pipeline_delivers_what_is_there(s: Settings) -> Iterator[Complaint]:
    if not s.pipeline:
        return
    table, named = s.pipeline, list[tuple[Path, str, str, Iterable[str]]]()
    for key, rows in (("pushes", s.repositories), ("deploys", s.services), ("uploads", s.buckets)):
        kind = {"pushes": "repository", "deploys": "service", "uploads": "bucket"}[key]
        named += [((key, index), kind, word, rows) for index, word in enumerate(getattr(table, key))]
    if own := table.infrastructure:
        named.append((("infrastructure", "state"), "bucket", own.state, s.buckets))
        if own.lock:
            named.append((("infrastructure", "lock"), "table", own.lock, s.tables))
    for path, kind, word, rows in named:
        if word not in rows:
            advice = choice(word, [*rows]) if rows else f"add it to cloudplatform:{KEYS[kind]}"
            yield Complaint(("pipeline", *path), f"there is no {kind} {word!r}; {advice}")


@check("pipeline", "delivery")
def one_table_makes_the_roles(s: Settings) -> Iterator[Complaint]:
    if s.pipeline and s.delivery:
        message = "delivery makes the roles of all environments here; remove one of the two"
        yield Complaint(("pipeline",), message)


@check("access", "names", "project", "environment")
def an_environment_reaches_itself(s: Settings) -> Iterator[Complaint]:
    for index, word in enumerate(s.access.out_of_reach):
        if word == s.names.environment:
            yield Complaint(("access", "out-of-reach", index), f"{word} is this very environment; remove it")


@check("delivery", "repositories")
def images_are_pushed_somewhere(s: Settings) -> Iterator[Complaint]:
    if s.delivery and not s.repositories:
        yield Complaint(("delivery",), "the pipeline needs a repository for its images; add cloudplatform:repositories")
