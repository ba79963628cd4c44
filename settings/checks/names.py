"""Names: each part is a word, fits its limit, and is nobody else's."""

import re
from collections.abc import Iterator
from typing import Final

from settings.checks.check import check
from settings.names import ROOM
from settings.settings import Settings
from settings.tables.connections import CONNECTIONS, KINDS
from settings.tables.delivery import DEPLOYERS
from settings.tables.names import LIMITS
from settings.tables.table import Complaint

#: Names of other parts of the platform, which services and their security groups may not take.
RESERVED: Final = frozenset(
    {"alb", "client-vpn", "load-balancer", "vpce", "endpoints", "vpc", "internet", "key-admin", "bastion"}
    | {name for kind in KINDS for name in (kind.word, kind.name)}
    | {*DEPLOYERS}
)
TAG_KEY: Final = 128
JOINED: Final = re.compile("-(to|from)-")  # what joins the names of two parts in the name of a rule between them


@check("names", "project", "environment", *CONNECTIONS)
def names_have_room(s: Settings) -> Iterator[Complaint]:
    """Project and environment fit into the shortest name limit among the resources that this stack may have."""
    absent = {name for kind in KINDS if kind.word not in s.stores for name in (kind.name, f"{kind.name}-parameters")}
    others = absent | s.physical_names.patterns.keys()
    limit, shortest = min((limit, kind) for kind, limit in LIMITS.items() if kind not in others)
    if len(s.names.prefix) + ROOM > limit:
        owner = next((kind.word for kind in KINDS if kind.name == shortest), "load balancer")
        message = f"{s.names.prefix!r} leaves no room in the {limit} characters of a {owner}'s name; "
        yield Complaint(("project",), message + f"use at most {limit - ROOM} for project and environment together")


@check("tags", "services", "buckets")
def tags_are_ours(s: Settings) -> Iterator[Complaint]:
    """AWS keeps keys that begin with aws: for itself, and takes 128 characters ("Tag naming limits")."""
    rows = [(("services", word, "tags"), row.tags) for word, row in s.services.items()]
    rows += [(("buckets", word, "tags"), row.tags) for word, row in s.buckets.items()]
    for path, tags in [(("tags",), s.tags), *rows]:
        for key in tags:
            if key.lower().startswith("aws:"):
                yield Complaint((*path, key), "keys that begin with aws: are AWS's own; use another key")
            elif len(key) > TAG_KEY:
                yield Complaint((*path, key), f"a tag's key has at most {TAG_KEY} characters, not {len(key)}")
    if "Environment" in s.tags:
        yield Complaint(("tags", "Environment"), f"every resource has it: {s.names.environment}; remove this")


@check("names", "project", "environment")
def patterns_have_room(s: Settings) -> Iterator[Complaint]:
    """A pattern of the stack file's leaves room for an identifier, and for the hash of names that are cut."""
    for kind in s.physical_names.patterns.keys() & LIMITS.keys():
        name = s.names.shortest(kind)
        if len(name) > LIMITS[kind]:
            message = f"{name!r} has {len(name)} characters, and AWS allows {LIMITS[kind]}; use a shorter pattern"
            yield Complaint(("names", "patterns", kind), message)


@check("names", "project", "environment")
def environment_is_a_word(s: Settings) -> Iterator[Complaint]:
    name = s.names.environment
    if not all((part.isalnum() and part.islower()) or part.isdecimal() for part in name.split("-")):
        yield Complaint(
            ("environment",), f"{name!r} cannot be part of names; use lower-case letters, digits and hyphens"
        )


@check("services", "files")
def names_are_not_taken(s: Settings) -> Iterator[Complaint]:
    """Services and their security groups share names with the parts that they talk to."""
    files = {f"files-{word}" for word in s.files}
    for name, service in s.services.items():
        for path, word in ((("services", name), name), (("services", name, "group"), service.group)):
            if word in RESERVED or word in files:
                yield Complaint(path, f"{word!r} is the name of another part of the platform; use another word")
            elif JOINED.search(word):
                message = f"{word!r} contains -to- or -from-, which joins two names in security group rules; "
                yield Complaint(path, message + "use another word")


@check("names", "buckets", "tables", "repositories", "project", "environment")
def physical_names_are_unique(s: Settings) -> Iterator[Complaint]:
    for key, kind, rows in (
        ("buckets", "bucket", s.buckets),
        ("tables", "dynamodb", s.tables),
        ("repositories", "ecr", s.repositories),
    ):
        seen: dict[str, str] = {}
        for word, row in rows.items():
            name = row.name or s.names.of(kind, word)
            if name in seen:
                message = f"{seen[name]} is called {name} too; give one of them another name"
                yield Complaint((key, word), message, other=(key, seen[name]))
            seen[name] = word


@check("names", "services", "dns", "project", "environment")
def hosts_have_words_of_their_own(s: Settings) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for host in s.hosts:
        word = s.word_of(host)
        if word in seen:
            message = f"{host} and {seen[word]} would both be {word!r} in the names of resources; keep one of them"
            yield Complaint(("services",), message)
        seen[word] = host
