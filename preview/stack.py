"""A stack of the project, as its file says it. What is wrong with it is said here, before any SDK is imported."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from settings.file import reading, stackfile
from settings.file.problems import InvalidSettings

ROOT = Path(__file__).parent.parent  #: whose program reads its settings with `settings`


class BadInput(Exception):  # noqa: N818 it is the user's, not ours
    """What the user gave cannot be previewed; the text says what would be right."""


@dataclass(frozen=True)
class ProjectStack:
    """A stack of the project in a folder, with its configuration."""

    folder: Path
    project: str
    name: str
    file: Path
    config: dict[str, str]
    secret_keys: frozenset[str]


def open_stack(name: str, file: Path | None = None, folder: Path | None = None) -> ProjectStack:
    """Read a stack's file: `Pulumi.<name>.yaml` of the project in `folder`, or another one. Raises BadInput."""
    folder = (folder or Path.cwd()).resolve()
    project = _project(folder)
    file = file or folder / f"Pulumi.{name}.yaml"
    if not file.is_file():
        raise BadInput(_missing(name, file, folder))
    try:
        found = stackfile.load(file.resolve(), project)
    except InvalidSettings as problems:
        raise BadInput(str(problems)) from problems
    return ProjectStack(folder, project, name, file.resolve(), found.config, found.secret_keys)


def check(stack: ProjectStack) -> None:
    """Read a stack's settings as this project's program will. Raises BadInput with all that is wrong.

    Another project's program says itself what is wrong with its settings.
    """
    if stack.folder != ROOT:
        return
    try:
        reading.read(
            stack.config, project=stack.project, stack=stack.name, secret_keys=stack.secret_keys, file=stack.file
        )
    except InvalidSettings as problems:
        raise BadInput(str(problems)) from problems


def check_out(file: Path) -> None:
    """Refuse a file that cannot be written, before minutes are spent on what it should hold. Raises BadInput."""
    reason = 0
    if file.is_dir():
        reason = errno.EISDIR
    elif not file.parent.is_dir():
        reason = errno.ENOENT
    elif not os.access(file if file.exists() else file.parent, os.W_OK):
        reason = errno.EACCES
    if reason:
        raise BadInput(f"{file} cannot be written: {os.strerror(reason)}")


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
