"""What stacks must say about each other: each stack file alone is right."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from preview.stack import PreviewError, ProjectStack, check
from settings.file.namespaces import NAMESPACE
from settings.file.problems import InvalidSettings, Problem, named, printed
from settings.settings import Settings
from settings.tables.table import Path

#: Tables whose rows may give what they make a name of one's own.
NAMING: Final = ("buckets", "repositories", "tables")


class Claim(NamedTuple):
    """A name that one stack alone can have: where it is one name, and where it stands in the stack file."""

    name: str
    within: tuple[str, ...]  #: such as a kind of resource in a region of an account
    path: Path
    use: str = ""  #: what would be right; else another name


def compare(stacks: Sequence[ProjectStack]) -> None:
    """Raise PreviewError if two stacks have a name that one alone can have: the second fails as it is deployed.

    So it is where a stack file is copied, with the hosts and the names in it.
    """
    taken: dict[tuple[str, ...], tuple[ProjectStack, Path]] = {}
    problems: list[Problem] = []
    for stack in stacks:
        settings = check(stack)
        for claim in _claims(settings) if settings else ():
            first, there = taken.setdefault((claim.name, *claim.within), (stack, claim.path))
            if first.file != stack.file:  # else it is named twice
                problems.append(_problem(stack, claim, first, there))
    if problems:
        raise PreviewError(str(InvalidSettings(problems)))


def _claims(s: Settings) -> Iterator[Claim]:
    if not (s.dns and s.dns.failover):  # else two stacks answer for the same hosts, one as the other's standby
        for path, hosts in [
            *((each.path, each.route.hosts) for each in s.routes),
            *((("sites", word), site.hosts) for word, site in s.sites.items()),
        ]:
            yield from (Claim(host, ("host",), (*path, "hosts", index)) for index, host in enumerate(hosts))
    if s.dns and s.dns.owned:  # Route 53 makes a second zone, but the registrar leads to one: nobody asks the other
        yield Claim(s.dns.domain, ("zone",), ("dns", "zone"), "the id of that stack's zone")
    for kind in NAMING:
        place = () if kind == "buckets" else (s.account, s.region)  # names of buckets are everybody's
        for word, row in getattr(s, kind).items():
            if row.name:
                yield Claim(row.name, (kind, *place), (kind, word, "name"))
    for kind, words in s.physical_names.exact.items():
        for word, name in words.items():
            yield Claim(name, (kind, s.account, s.region), ("names", "exact", kind, word))


def _problem(stack: ProjectStack, claim: Claim, first: ProjectStack, there: Path) -> Problem:
    own = claim.name.replace(first.name, stack.name)
    use = claim.use or (f"one such as {own}" if own != claim.name else "another")
    seen = f"{printed(first.file)}:{_at(first, there)[0]}"
    message = f"{claim.name} is in the stack {first.name} too ({seen}), and one alone can have it; use {use}"
    line, column = _at(stack, claim.path)
    table, *below = claim.path
    field = named(str(table), below)
    return Problem(field=field, message=message, file=printed(stack.file), line=line, column=column)


def _at(stack: ProjectStack, path: Path) -> tuple[int, int]:
    """Line and column of a value; of one that `service-defaults` gives, those of the row that it is given to."""
    table, *below = path
    full = (f"{NAMESPACE}:{table}", *below)
    return next(stack.positions[full[:n]] for n in range(len(full), -1, -1) if full[:n] in stack.positions)
