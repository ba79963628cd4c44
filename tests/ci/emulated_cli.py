"""The AWS CLI as far as our scripts use it, at an emulated AWS: what botocore or moto would refuse fails here too."""

import json
import socketserver
import threading
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jmespath  # pyright: ignore[reportMissingTypeStubs]
from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]

from tests.ci.programs import BASH

#: It asks the process of the tests, whose libraries are imported: words go there, a status and a text come back.
PROGRAM = r"""#!{bash}
exec 3<> /dev/tcp/127.0.0.1/{port}
printf '%s\0' "$PWD" "$#" "$@" >&3
IFS= read -r -d '' status <&3
IFS= read -r -d '' said <&3
[ "$status" = 0 ] || exec >&2
printf %s "$said"
exit "$status"
"""


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


def _placed(word: str, folder: Path) -> str:
    """A file's name, as it is called from everywhere."""
    return f"file://{folder / word.removeprefix('file://')}" if word.startswith("file://") else word


def _value(text: str, shape: Any) -> Any:
    """A file, a word, a list of one, or `key=value`."""
    if text.startswith("file://"):
        content = Path(text.removeprefix("file://")).read_text()
        return content if shape.type_name == "string" else json.loads(content)
    if shape.type_name == "list":
        return [_value(text, shape.member)]
    return dict([text.split("=", 1)]) if shape.type_name == "structure" else text


def _run(session: Any, service: str, command: str, *given_words: str) -> str:
    """What the CLI prints. `session` is boto3's."""
    words, client = [*given_words], session.client(service)
    waiter = words.pop(0) if command == "wait" else ""
    if waiter:
        waiters = session._session.get_waiter_model(service)
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


@contextmanager
def emulated_cli(folder: Path, session: Any) -> Generator[None]:
    """A program `aws` in a folder, for the AWS of a session."""

    class Answer(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            folder, count = Path(self._word()), int(self._word())
            words = [_placed(self._word(), folder) for _ in range(count)]
            try:
                status, said = 0, _run(session, *words)
            except Exception:  # whatever it is, who asked is told
                status, said = 254, traceback.format_exc()
            self.wfile.write(f"{status}\0{said}\0".encode())

        def _word(self) -> str:
            return b"".join(iter(lambda: self.rfile.read(1), b"\0")).decode()

    with socketserver.TCPServer(("127.0.0.1", 0), Answer) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        program = folder / "aws"
        program.write_text(PROGRAM.format(bash=BASH, port=server.server_address[1]))
        program.chmod(0o755)
        try:
            yield
        finally:
            server.shutdown()
            serving.join()
