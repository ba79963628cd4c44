"""Opens stack files. Mistakes in them are reported before any SDK is imported, which takes seconds."""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from settings.file import reading, stackfile
from settings.file.problems import InvalidSettings
from settings.file.stackfile import CSafeLoader, Positions
from settings.settings import Settings

ROOT = Path(__file__).parent.parent  #: whose program reads its settings with `settings`


class PreviewError(Exception):
    """What the user gave cannot be previewed; the text says what would be right."""


@dataclass(frozen=True)
class ProjectStack:
    """A stack with its project and its configuration."""

    folder: Path  #: where its Pulumi.yaml is
    main: Path  #: where its program is: the same, or where the `main` of Pulumi.yaml leads
    project: str
    name: str
    file: Path
    config: dict[str, str]
    secret_keys: frozenset[str]
    positions: Positions


def open_stack(name: str, file: Path | None = None, folder: Path | None = None) -> ProjectStack:
    """Read a stack's file: `Pulumi.<name>.yaml` of the project in `folder`, or another one. Raises PreviewError."""
    folder = (folder or Path.cwd()).resolve()
    project, main = _project(folder)
    file = file or folder / f"Pulumi.{name}.yaml"
    if not file.is_file():
        raise PreviewError(_missing(name, file, folder))
    try:
        found = stackfile.load(file.resolve(), project)
    except InvalidSettings as problems:
        raise PreviewError(str(problems)) from problems
    return ProjectStack(folder, main, project, name, file.resolve(), found.config, found.secret_keys, found.positions)


def check(stack: ProjectStack) -> Settings | None:
    """A stack's settings, read as our program will. Raises PreviewError with all that is wrong.

    Another program says itself what is wrong with its settings.
    """
    if stack.main != ROOT:
        return None
    try:
        return reading.read(
            stack.config, project=stack.project, stack=stack.name, secret_keys=stack.secret_keys, file=stack.file
        )
    except InvalidSettings as problems:
        raise PreviewError(str(problems)) from problems


def place(name: str, project: Path) -> tuple[Path, str]:
    """Splits FOLDER/STACK into the project's folder and the stack's name."""
    folder, _, stack = name.rpartition("/")
    return project / folder, stack


def open_all(names: Iterable[str], project: Path, file: Path | None = None) -> list[ProjectStack]:
    """The stacks, with right settings. Raises PreviewError with the mistakes of all of them."""
    stacks: list[ProjectStack] = []
    problems: list[str] = []
    for name in names:
        folder, stack = place(name, project)
        try:
            stacks.append(open_stack(stack, file, folder))
            check(stacks[-1])
        except PreviewError as problem:
            problems.append(str(problem))
    if problems:
        raise PreviewError("\n".join(problems))
    return stacks


def check_out(file: Path) -> None:
    """Refuse a file that cannot be written, before minutes are spent on what it should hold. Raises PreviewError."""
    reason = 0
    if file.is_dir():
        reason = errno.EISDIR
    elif not file.parent.is_dir():
        reason = errno.ENOENT
    elif not os.access(file if file.exists() else file.parent, os.W_OK):
        reason = errno.EACCES
    if reason:
        raise PreviewError(f"{file} cannot be written: {os.strerror(reason)}")


def _project(folder: Path) -> tuple[str, Path]:
    """A project's name, and the folder of its program."""
    file = folder / "Pulumi.yaml"
    try:
        content = yaml.load(file.read_text(), CSafeLoader)  # whose tabs are the engine's: safe_load takes none
        return str(content["name"]), (folder / str(content.get("main") or "")).resolve()
    except FileNotFoundError:
        raise PreviewError(_no_project(folder)) from None
    except (yaml.YAMLError, TypeError, KeyError):
        raise PreviewError(f"{file} has no `name: <project>`") from None


def _no_project(folder: Path) -> str:
    projects = sorted(file.parent.name for file in folder.parent.glob("*/Pulumi.yaml"))
    if not folder.is_dir():
        return f"there is no folder {folder}" + (f"; beside it are {', '.join(projects)}" if projects else "")
    if any(folder.glob("Pulumi.*.yaml")):
        advice = f"write one with `name: {folder.name}`, `runtime: python`, and `main: ` with the program's folder"
    else:
        advice = "run the preview in the project's folder"
    return f"{folder} has no Pulumi.yaml; {advice}"


def _missing(name: str, file: Path, folder: Path) -> str:
    if file != folder / f"Pulumi.{name}.yaml":
        return f"there is no file {file}"
    stacks = sorted(path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml"))
    return f"there is no stack {name}; the stacks here are {', '.join(stacks) or 'none'}"
