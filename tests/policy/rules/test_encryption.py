"""Whatever the SDK says of encryption a rule asks, or somebody decided that it need not, and wrote down why."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pulumi_aws
import yaml

import guard.rules
from guard.model.graph import canonical
from guard.model.rule import RULES

# Read as text: to import the whole SDK takes longer than all that is tested here.
SDK = Path(pulumi_aws.__file__).parent
DECIDED = yaml.load((Path(__file__).parents[2] / "data" / "encryption.yaml").read_text(), yaml.CSafeLoader)

WORD = re.compile(
    r"(?:^|(?<=[a-z0-9]))"
    r"(?:[eE]ncrypt|[kK]ms|[sS]se(?=[A-Z]|$)|[tT]ls|[sS]sl|[hH]ttps|[sS]ecurityPolicy|[cC]ustomerManaged|[tT]ransitEncr)"
)
# A property that names a key says whose key it is, not whether there is one.
KEY = re.compile(r"\w*(?:[kK]ms\w*(?:Key|Arn)|[eE]ncryptionKey|customerManagedKey)\w*|kmsKey")

GETTER = re.compile(r'\n    @pulumi\.getter(?:\(name="(\w+)"\)|\n    def (\w+))')
TOKEN = re.compile(r"\n            '(aws:[\w-]+/\w+:\w+)',\n")


def inputs(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield a service's types with the names of their inputs, at any depth."""
    tokens: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for file in folder.glob("*.py"):
        if file.name == "outputs.py" or file.name.startswith("get_"):
            continue
        for part in file.read_text().split("\nclass ")[1:]:
            name = part[: part.index(":")]
            if name.endswith("(pulumi.CustomResource)") and (token := TOKEN.search(part)):
                tokens[name.partition("(")[0]] = token[1]
            elif name.endswith("Args"):
                found += [(name.removesuffix("Args"), camel or plain) for camel, plain in GETTER.findall(part)]
    longest_first = sorted(tokens, key=len, reverse=True)
    for args, name in found:
        owner = next((tokens[one] for one in longest_first if args.startswith(one)), "")
        if owner and canonical(owner) == owner:
            yield owner, name


@cache
def of_encryption() -> frozenset[tuple[str, str]]:
    folders = sorted(path for path in SDK.iterdir() if path.is_dir())
    return frozenset(one for folder in folders for one in inputs(folder) if WORD.search(one[1]))


@cache
def asked() -> tuple[frozenset[str], frozenset[str]]:
    """The types that the rules on encryption speak of, and all words in their sources."""
    types = {token for rule in RULES.values() if rule.family.startswith("encrypt-") for token in rule.on}
    sources = [ast.parse(file.read_text()) for file in Path(guard.rules.__path__[0]).glob("encrypt_*/*.py")]
    texts = [node.value for tree in sources for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return frozenset(types), frozenset(word for text in texts for word in re.split(r"\W", str(text)))


def entries() -> dict[str, list[str]]:
    return {"types": [*DECIDED["always"], *flat(DECIDED["nothing-at-rest"])], "properties": flat(DECIDED["properties"])}


def flat(reasons: dict[str, list[str]]) -> list[str]:
    return [entry for group in reasons.values() for entry in group]


def matches(token: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(token.removeprefix("aws:"), pattern) for pattern in patterns)


def test_the_scan_finds_what_is_there() -> None:
    assert ("aws:rds/cluster:Cluster", "storageEncrypted") in of_encryption()
    assert ("aws:opensearch/domain:Domain", "enforceHttps") in of_encryption()  # in a block
    assert ("aws:s3/bucketV2:BucketV2", "serverSideEncryptionConfigurations") not in of_encryption()  # an alias
    assert len(of_encryption()) > 450


def test_every_word_of_encryption_is_decided() -> None:
    """A new version of the SDK shows here what is new."""
    types, words = asked()
    known = entries()
    open_questions = [
        f"{token} {name}"
        for token, name in sorted(of_encryption())
        if not (token in types and (name in words or KEY.fullmatch(name)))
        if not matches(token, known["types"])
        if f"{token.removeprefix('aws:')} {name}" not in known["properties"]
    ]
    assert open_questions == []


def test_nothing_is_decided_that_is_not_there() -> None:
    types = {token for token, _ in of_encryption()}
    stale = [one for one in entries()["types"] if not any(matches(token, [one]) for token in types)]
    names = {f"{token.removeprefix('aws:')} {name}" for token, name in of_encryption()}
    assert (stale, set(entries()["properties"]) - names) == ([], set())


def test_what_is_decided_is_not_asked_as_well() -> None:
    """Of a type with a switch nobody says that it is always encrypted."""
    at_rest = {token for rule in RULES.values() if rule.family == "encrypt-at-rest" for token in rule.on}
    assert [token for token in sorted(at_rest) if matches(token, DECIDED["always"])] == []
