"""AWS's own policies that hold a whole service, by their documents.

The table beside this file is written by `python -m guard.rules.iam_least_privilege.managed`. The documents are moto's;
it says of which version, and a test fails when moto has others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from guard.aws.policy_documents import Statement, allowed
from guard.rules.iam_least_privilege.statements import holds_everything, holds_service

FILE: Final = Path(__file__).with_suffix(".txt")
PACKAGE: Final = "moto"


@cache
def wide() -> frozenset[str]:
    """Return the names, in lower case, of AWS's policies whose documents hold a whole service on every resource."""
    return frozenset(line.lower() for line in FILE.read_text().splitlines() if line and not line.startswith("#"))


def documents() -> dict[str, Any]:
    """Return the documents of AWS's policies by name; moto must be installed."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return {name: entry["Document"] for name, entry in json.loads(aws_managed_policies_data).items()}


def is_wide(document: Any) -> bool:
    """Say whether a document allows all actions of a service, or of all, on resources that nobody named."""
    return any(_wide(statement) for statement in allowed(document))


def _wide(statement: Statement) -> bool:
    return "NotAction" in statement or any(
        answer is True for ask in (holds_everything, holds_service) for _, answer in ask(statement)
    )


def head() -> str:
    """Return the table's first line: which documents it was made from."""
    text = json.dumps(documents(), sort_keys=True)
    return (
        f"# From the documents of {PACKAGE} {version(PACKAGE)}, sha256 {hashlib.sha256(text.encode()).hexdigest()[:16]}"
    )


def write() -> Iterator[str]:
    """Yield the table's lines."""
    yield head()
    yield from sorted(name for name, document in documents().items() if is_wide(document))


if __name__ == "__main__":
    FILE.write_text("\n".join(write()) + "\n")
