"""Arguments of `aws.iam.getPolicyDocument`, made at random, and what Terraform's provider answers to them.

`python -m tests.preview.generated_documents` asks the provider, and writes the answers that the test compares with
where no Terraform is: `tests/data/policy_documents.json`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parents[1] / "data" / "policy_documents.json"
PLUGINS = Path(os.environ.get("TF_PLUGIN_DIR", "/opt/tf-plugins"))
HERE = bool(shutil.which("terraform")) and PLUGINS.is_dir()
VERSION = "5.100.0"

Arguments = dict[str, Any]

WORDS = ["*", "s3:GetObject", "s3:Put*", "iam:PassRole", "arn:aws:s3:::b/&{aws:username}/*", "a<b>&c", "é", "x", "y"]
KINDS = ["*", "AWS", "Service", "Federated"]
TESTS = ["StringEquals", "StringLike", "Bool", "ForAnyValue:StringEquals"]
KEYS = ["aws:username", "s3:prefix", "aws:SourceAccount"]
SIDS = ["", "One", "Two", "Three", "Four"]
#: The names of nested blocks and of plural arguments differ between Pulumi and Terraform.
BLOCKS = {"statements": "statement", "conditions": "condition"}


def arguments(chance: random.Random) -> Arguments:
    """One call's arguments: statements with sets of blocks, and documents to start from and to end with."""
    given: Arguments = {
        "statements": _unlike([_statement(chance) for _ in range(chance.randrange(4))], set()),
        "policyId": chance.choice([None, "policy"]),
        "version": chance.choice([None, None, "2012-10-17"]),
    }
    seen: set[str] = set()
    for name in ("sourcePolicyDocuments", "overridePolicyDocuments"):
        given[name] = [json.dumps(_document(chance, seen)) for _ in range(chance.randrange(3))]
        seen = set()
    return {key: value for key, value in given.items() if value}


def _document(chance: random.Random, seen: set[str]) -> Any:
    statements = [_raw_statement(chance) for _ in range(chance.randrange(4))]
    return {
        "Version": chance.choice(["2008-10-17", "2012-10-17"]),
        **chance.choice([{}, {"Id": "source"}]),
        "Statement": _unlike(statements, seen),
        "Comment": "dropped",
    }


def _unlike(statements: list[Arguments], seen: set[str]) -> list[Arguments]:
    """Those whose sid none before them has."""
    kept: list[Arguments] = []
    for statement in statements:
        sid = statement.get("sid") or statement.get("Sid")
        if not sid or sid not in seen:
            kept.append(statement)
            seen.add(sid)
    return kept


def _words(chance: random.Random, least: int = 0) -> list[str]:
    return [chance.choice(WORDS) for _ in range(chance.randrange(least, 4))]


def _statement(chance: random.Random) -> Arguments:
    fields = ("actions", "notActions", "resources", "notResources")
    blocks = {
        name: [{"type": chance.choice(KINDS), "identifiers": _words(chance, 1)} for _ in range(chance.randrange(4))]
        for name in ("principals", "notPrincipals")
    }
    conditions = [
        {"test": chance.choice(TESTS), "variable": chance.choice(KEYS), "values": _words(chance, 1)}
        for _ in range(chance.randrange(5))
    ]
    given = {
        "sid": chance.choice(SIDS),
        "effect": chance.choice([None, "Allow", "Deny"]),
        **{name: _words(chance) for name in fields},
        **blocks,
        "conditions": conditions,
    }
    return {key: value for key, value in given.items() if value}


def _raw_statement(chance: random.Random) -> Arguments:
    several = chance.choice([_words(chance, 1), chance.choice(WORDS)])
    principals = {kind: chance.choice([_words(chance, 1), "x"]) for kind in chance.sample(KINDS, 2)}
    tested = {chance.choice(KEYS): chance.choice([_words(chance, 1), "x", True]) for _ in range(2)}
    statement = {
        "Sid": chance.choice(SIDS),
        chance.choice(["Effect", "effect"]): chance.choice(["Allow", "Deny"]),
        chance.choice(["Action", "NotAction"]): several,
        "Resource": chance.choice(["*", ["x", "*"]]),
        "Principal": chance.choice([None, "*", {"*": "*"}, principals]),
        "Condition": chance.choice([None, {chance.choice(TESTS): tested}]),
    }
    return {key: value for key, value in statement.items() if value}


def answers(given: list[Arguments]) -> list[dict[str, str]]:
    """What the provider makes of each: `json` and `minified_json`. One run of Terraform, without any account."""
    data = {f"d{place}": _terraform(each) for place, each in enumerate(given)}
    outputs = {
        name: {"value": {key: f"${{data.aws_iam_policy_document.{name}.{key}}}" for key in ("json", "minified_json")}}
        for name in data
    }
    configuration = {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": VERSION}}},
        "provider": {
            "aws": {
                "region": "us-east-1",
                "access_key": "test",
                "secret_key": "test",
                **{f"skip_{what}": True for what in ("credentials_validation", "requesting_account_id")},
                "skip_metadata_api_check": True,
            }
        },
        "data": {"aws_iam_policy_document": data},
        "output": outputs,
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.tf.json").write_text(json.dumps(configuration))
        _run(folder, "init", f"-plugin-dir={PLUGINS}", "-input=false")
        # Nothing is created. The state has what was answered; to show a plan would start the provider once more.
        _run(folder, "apply", "-auto-approve", "-input=false")
        values = json.loads((Path(folder) / "terraform.tfstate").read_text())["outputs"]
    return [values[name]["value"] for name in data]


def _terraform(value: Any) -> Any:
    """Pulumi's names as Terraform's; `&{` stays, `${` is escaped."""
    if isinstance(value, dict):
        return {BLOCKS.get(key, _snake(key)): _terraform(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_terraform(each) for each in value]
    return value.replace("${", "$${") if isinstance(value, str) else value


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


def _run(folder: str, *words: str) -> str:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        ["terraform", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def generated(seed: int, count: int) -> list[Arguments]:
    """The same arguments for the same seed."""
    chance = random.Random(seed)
    return [arguments(chance) for _ in range(count)]


if __name__ == "__main__":
    asked = generated(seed=1, count=40)
    pairs = zip(asked, answers(asked), strict=True)
    lines = [json.dumps({"arguments": each, "answer": answer["minified_json"]}) for each, answer in pairs]
    RECORDED.write_text("[\n" + ",\n".join(lines) + "\n]\n")
