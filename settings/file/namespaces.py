"""The namespaces of keys in a stack file. A key that nobody reads is refused."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from settings.file.error_text import unknown
from settings.settings import Settings
from settings.tables.engine import BuilderTable, EngineTable
from settings.tables.policy import PolicyTable
from settings.tables.table import Table
from settings.words import either, nearest

REGION: Final = "aws:region"
#: The namespace of the tables, whatever the Pulumi project is called: one schema holds for all systems' stack files.
NAMESPACE: Final = "cloudplatform"
#: The namespace of what the policy pack reads.
GUARD: Final = "guard"
#: The namespace of the provider that builds images.
BUILDER: Final = "docker-build"
#: The namespace of values that `pulumi config set --secret` gives to the tables that ask for one.
SECRET: Final = "secret"
#: Namespaces of others that read a stack file, each with the table of what it reads: the policy pack, the engine, and
#: the provider that builds images. The program leaves that one to the engine, which makes it of its keys.
READERS: Final[dict[str, type[Table]]] = {GUARD: PolicyTable, "pulumi": EngineTable, BUILDER: BuilderTable}
#: Namespaces of providers that read nothing (their schemas have no configuration), or that the program does not use.
IDLE: Final = {
    "awsx": "its provider has no settings; remove it",
    "docker": f"images are built by {BUILDER}; use {BUILDER}:host or {BUILDER}:registries, or remove it",
    "random": "its provider has no settings; remove it",
}
#: That of the AWS provider. Of its keys only the region is read: the program makes its own provider, which the engine
#: gives no other (pulumi/pulumi, docs/architecture/providers/default.md; by design in pulumi-aws#3259).
PROVIDER: Final = "aws"
#: What does here what some of them do for a default provider.
INSTEAD: Final = {
    "allowedAccountIds": ", for cloudplatform:account names the only account",
    "defaultTags": ", and use cloudplatform:tags",
    "profile": ", and set AWS_PROFILE in the environment",
}

#: Field of Settings → its key in a stack file, below NAMESPACE.
TABLES: Final = {name: info.alias or name for name, info in Settings.model_fields.items() if name != "stack"}
#: Namespace → field of its reader's table → its key below that namespace.
READ: Final = {
    namespace: {name: info.alias or name for name, info in table.model_fields.items()}
    for namespace, table in READERS.items()
}


class Unread(NamedTuple):
    """A key that nobody reads, what is wrong with it, and the table that was probably meant."""

    key: str
    message: str
    meant: str | None = None


def unread(keys: Iterable[str], project: str) -> Iterator[Unread]:
    """The keys that nobody reads: a misspelt table, namespace or word of the policy pack or the engine."""
    own = [alias for alias in TABLES.values() if alias != "region"]
    words = {NAMESPACE: own, **{namespace: [*fields.values()] for namespace, fields in READ.items()}}
    for key in sorted(keys):
        namespace, _, name = key.partition(":")
        if namespace in words and name not in words[namespace]:
            if name == "region" and namespace == NAMESPACE:
                yield Unread(key, f"unknown key; did you mean `{REGION}`?", "region")
            else:
                meant = nearest(name, own) if namespace == NAMESPACE else None
                yield Unread(key, unknown(name, words[namespace]), meant)
        elif namespace == PROVIDER and key != REGION:
            yield _of_the_provider(key, name)
        elif namespace == project and namespace != NAMESPACE:
            yield _of_the_project(key, name, own)
        elif namespace in IDLE:
            yield Unread(key, f"nobody reads it: {IDLE[namespace]}")
        elif namespace not in (*words, PROVIDER, SECRET):
            yield _of_no_namespace(key, [*words, PROVIDER, SECRET])


def _of_the_project(key: str, name: str, own: list[str]) -> Unread:
    """A key under the project's name: `pulumi config set` puts that before a key without namespace."""
    meant = name if name in own else nearest(name, own)
    wanted = f"{NAMESPACE}:{meant or '<table>'}"
    return Unread(key, f"tables stand under `{NAMESPACE}:` in every project; write `{wanted}`", meant)


def _of_the_provider(key: str, name: str) -> Unread:
    if nearest(name, ["region"]):
        return Unread(key, f"unknown key; did you mean `{REGION}`?", "region")
    advice = "remove it" + INSTEAD.get(nearest(name, [*INSTEAD]) or "", "")
    return Unread(key, f"nobody reads it: the program makes its own provider, and takes {REGION} alone; {advice}")


def _of_no_namespace(key: str, known: list[str]) -> Unread:
    namespace, _, name = key.partition(":")
    near = nearest(namespace, known)
    if not near:
        return Unread(key, f"unknown namespace; use {either(known)}")
    return Unread(key, f"unknown namespace; did you mean `{near}:{name}`?", name if near == NAMESPACE else None)
