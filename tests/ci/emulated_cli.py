"""The AWS CLI as far as our scripts use it, at an emulated AWS: what botocore or moto would refuse fails here too."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import botocore.session
import jmespath  # pyright: ignore[reportMissingTypeStubs]
from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]


def _parameters(words: Sequence[str], members: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The operation's parameters, and the CLI's own options."""
    names, given, own = {xform_name(each, "-"): each for each in members}, dict[str, Any](), dict[str, str]()
    for option, text in zip(words[::2], words[1::2], strict=True):
        word = option.removeprefix("--")
        if word == "cli-input-json":
            given |= json.loads(Path(text.removeprefix("file://")).read_text())
        elif word in ("query", "output"):
            own[word] = text
        else:
            given[names[word]] = _value(text, members[names[word]])
    return given, own


def _value(text: str, shape: Any) -> Any:
    """A file, a word, a list of one, or `key=value`."""
    if text.startswith("file://"):
        content = Path(text.removeprefix("file://")).read_text()
        return content if shape.type_name == "string" else json.loads(content)
    if shape.type_name == "list":
        return [_value(text, shape.member)]
    return dict([text.split("=", 1)]) if shape.type_name == "structure" else text


def _run(url: str, service: str, command: str, words: list[str]) -> str:
    session: Any = botocore.session.Session()
    client = session.create_client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    waiter = words.pop(0) if command == "wait" else ""
    if waiter:
        waiters = session.get_waiter_model(service)
        operation = waiters.get_waiter(_named(waiters.waiter_names, waiter)).operation
    else:
        operation = _named(client.meta.service_model.operation_names, command)
    given, own = _parameters(words, client.meta.service_model.operation_model(operation).input_shape.members)
    if waiter:
        client.get_waiter(waiter.replace("-", "_")).wait(**given, WaiterConfig={"Delay": 0, "MaxAttempts": 20})
        return ""
    found: Any = getattr(client, xform_name(operation))(**given)
    found.pop("ResponseMetadata")
    if "query" in own:
        found = jmespath.search(own["query"], found)  # pyright: ignore[reportUnknownMemberType]
    return str(found) if own.get("output") == "text" and isinstance(found, str) else json.dumps(found, default=str)


def _named(names: Sequence[str], word: str) -> str:
    """As the API spells what the CLI writes with hyphens."""
    return {xform_name(each, "-"): each for each in names}[word]


if __name__ == "__main__":
    url, service, command, *words = sys.argv[1:]
    sys.stdout.write(_run(url, service, command, words))
