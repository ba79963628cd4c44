"""The namespaces of keys in a stack file. A key that nobody reads is refused."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from settings.file.error_text import unknown
from settings.settings import Settings
from settings.tables.policy import PolicyTable
from settings.words import either, nearest

REGION: Final = "aws:region"
#: The namespace of the tables, whatever the Pulumi project is called: one schema holds for all systems' stack files.
NAMESPACE: Final = "cloudplatform"
#: The namespace of what the policy pack reads.
GUARD: Final = "guard"
#: The namespace of values that `pulumi config set --secret` gives to the tables that ask for one.
SECRET: Final = "secret"
#: Namespaces of the engine and of the providers in requirements.txt, whose keys are theirs.
OTHERS: Final = ("aws", "awsx", "docker", "docker-build", "pulumi", "random")

#: Field of Settings → its key in a stack file, below NAMESPACE.
TABLES: Final = {name: info.alias or name for name, info in Settings.model_fields.items() if name != "stack"}
#: Field of PolicyTable → its key below `guard:`.
POLICY: Final = {name: info.alias or name for name, info in PolicyTable.model_fields.items()}


class Unread(NamedTuple):
    """A key that nobody reads, what is wrong with it, and the table that was probably meant."""

    key: str
    message: str
    meant: str | None = None


def unread(keys: Iterable[str], project: str) -> Iterator[Unread]:
    """The keys that nobody reads: a misspelt table, namespace or word of the policy pack."""
    own = [alias for alias in TABLES.values() if alias != "region"]
    words = {NAMESPACE: own, GUARD: [*POLICY.values()]}
    for key in sorted(keys):
        namespace, _, name = key.partition(":")
        if namespace in words and name not in words[namespace]:
            if name == "region" and namespace == NAMESPACE:
                yield Unread(key, f"unknown key; did you mean `{REGION}`?", "region")
            else:
                meant = nearest(name, own) if namespace == NAMESPACE else None
                yield Unread(key, unknown(name, words[namespace]), meant)
        elif namespace == "aws" and key != REGION and nearest(name, ["region"]):
            yield Unread(key, f"unknown key; did you mean `{REGION}`?", "region")
        elif namespace == project and namespace != NAMESPACE:
            yield _of_the_project(key, name, own)
        elif namespace not in (*words, *OTHERS, SECRET):
            yield _of_no_namespace(key, [*words, *OTHERS, SECRET])


def _of_the_project(key: str, name: str, own: list[str]) -> Unread:
    """A key under the project's name: `pulumi config set` puts that before a key without namespace."""
    meant = name if name in own else nearest(name, own)
    wanted = f"{NAMESPACE}:{meant or '<table>'}"
    return Unread(key, f"tables stand under `{NAMESPACE}:` in every project; write `{wanted}`", meant)


def _of_no_namespace(key: str, known: list[str]) -> Unread:
    namespace, _, name = key.partition(":")
    near = nearest(namespace, known)
    if not near:
        return Unread(key, f"unknown namespace; use {either(known)}")
    return Unread(key, f"unknown namespace; did you mean `{near}:{name}`?", name if near == NAMESPACE else None)
