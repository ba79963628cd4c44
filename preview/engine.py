"""Runs the project's own program for a stack file, as the engine would."""

import os
import runpy
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import yaml

from preview.recorder import ProgramExit, record
from preview.recording import Recording, Said
from settings.file import stackfile
from settings.file.problems import InvalidSettings

#: Tells the program which file its settings come from, so that it can name their positions in messages.
FILE_VARIABLE = "CLOUDPLATFORM_STACK_FILE"


class BadInput(Exception):  # noqa: N818 it is the user's, not ours
    """What the user gave cannot be previewed; the text says what would be right."""


@dataclass(frozen=True)
class Stack:
    """A stack of the project in a folder, with its configuration."""

    folder: Path
    project: str
    name: str
    file: Path
    config: dict[str, str]
    secret_keys: frozenset[str]


def open_stack(name: str, file: Path | None = None, folder: Path | None = None) -> Stack:
    """Read a stack's file: `Pulumi.<name>.yaml` of the project in `folder`, or another one."""
    folder = (folder or Path.cwd()).resolve()
    project = _project(folder)
    file = file or folder / f"Pulumi.{name}.yaml"
    if not file.is_file():
        raise BadInput(_missing(name, file, folder))
    try:
        found = stackfile.load(file.resolve(), project)
    except InvalidSettings as problems:
        raise BadInput(str(problems)) from problems
    return Stack(folder, project, name, file.resolve(), found.config, found.secret_keys)


def _project(folder: Path) -> str:
    file = folder / "Pulumi.yaml"
    try:
        return str(yaml.safe_load(file.read_text())["name"])
    except FileNotFoundError:
        raise BadInput(f"{folder} has no Pulumi.yaml; run the preview in the project's folder") from None
    except (yaml.YAMLError, TypeError, KeyError):
        raise BadInput(f"{file} has no `name: <project>`") from None


def _missing(name: str, file: Path, folder: Path) -> str:
    if file != folder / f"Pulumi.{name}.yaml":
        return f"there is no file {file}"
    stacks = sorted(path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml"))
    return f"there is no stack {name}; the stacks here are {', '.join(stacks) or 'none'}"


def run(stack: Stack, *, known: bool = False) -> Recording:
    """Record the project's program for a stack. Raises BadInput with what the program says of its settings."""
    program = stack.folder / "__main__.py"
    if not program.is_file():
        raise BadInput(f"{stack.folder} has no __main__.py")
    try:
        with _as_the_engine_would(stack):
            recording = record(
                lambda: runpy.run_path(str(program), run_name="__main__"),
                project=stack.project,
                stack=stack.name,
                config=stack.config,
                secret_keys=stack.secret_keys,
                known=known,
            )
    except ProgramExit as leaving:
        raise BadInput(_errors(leaving.messages) or f"the program ended with status {leaving.code}") from leaving
    if errors := _errors(recording.messages):
        raise BadInput(errors)
    return recording


def record_stack(name: str, config_file: Path | None = None, *, known: bool = False) -> Recording:
    """Record a stack of the project in the current folder."""
    return run(open_stack(name, config_file), known=known)


def _errors(messages: tuple[Said, ...]) -> str:
    return "\n".join(said.text for said in messages if said.severity == "error")


@contextmanager
def _as_the_engine_would(stack: Stack) -> Generator[None]:
    """The program's folder current and first on the import path, its stack file named, nothing of it left behind.

    What it prints goes to standard error: standard output is the preview's.
    """
    folder, path, named = Path.cwd(), list(sys.path), os.environ.get(FILE_VARIABLE)
    os.chdir(stack.folder)
    sys.path.insert(0, str(stack.folder))
    os.environ[FILE_VARIABLE] = str(stack.file)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.chdir(folder)
        sys.path[:] = path
        os.environ.pop(FILE_VARIABLE)
        if named is not None:
            os.environ[FILE_VARIABLE] = named
