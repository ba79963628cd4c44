"""The commands of `./cloudplatform`, what each does, and their completion in a shell."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from commands import init
from guard import __version__

ROOT: Final = Path(__file__).parents[1]


class Command(NamedTuple):
    """A command: what it does, and the Python module that does it, with the arguments that this always gets."""

    about: str
    module: str = ""
    given: tuple[str, ...] = ()


COMMANDS: Final = {
    "init": Command("write the stack files of a new project, and say what is left to do"),
    "preview": Command("what stacks would be, and whether they are safe: no CLI, account or network", "preview"),
    "check": Command("only read the settings and say what is wrong; without STACK of all", "preview", ("--check",)),
    "list": Command("the stacks that there are"),
    "diff": Command("what differs between two stacks, revisions or JSON documents", "differences"),
    "costs": Command("what a stack costs a month", "costs"),
    "guard": Command("the policy pack on a file with a recording or a state", "guard"),
    "completion": Command("print their completion in bash or zsh: eval \"$(./cloudplatform completion bash)\""),
}  # fmt: skip

#: Options of the preview, which are completed for every command.
OPTIONS: Final = (
    "--project",
    "--config-file",
    "--policy-pack-config",
    "--format",
    "--out",
    "--tree",
    "--can",
    "--against",
    "--most",
    "--check",
    "--watch",
    "--version",
    "--debug",
    "--help",
)

COMPLETION: Final = """_cloudplatform() {{
  local word=${{COMP_WORDS[COMP_CWORD]}}
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W "{commands}" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$({program} list --quiet) {options}" -- "$word"))
  fi
}}
complete -F _cloudplatform cloudplatform ./cloudplatform
"""


def parser() -> argparse.ArgumentParser:
    """What the command line may say before a command's own arguments."""
    rows = "\n".join(f"  {name:<12}{command.about}" for name, command in COMMANDS.items())
    found = argparse.ArgumentParser(
        prog="cloudplatform",
        description="An AWS platform from a stack file.",
        epilog=f"commands:\n{rows}\n\n`cloudplatform COMMAND --help` lists a command's arguments.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    found.add_argument("command", metavar="COMMAND", choices=COMMANDS)
    found.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="the command's own")
    return found


def main(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit status. A command with a module becomes that module's process."""
    given = parser().parse_args(arguments)
    command: Command = COMMANDS[given.command]
    if command.module:
        own = given.arguments or (stacks(Path.cwd()) if given.command == "check" else [])
        python = [sys.executable, "-m", command.module, *command.given, *own]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        os.execv(sys.executable, python)  # noqa: S606, RUF100 signals and terminal are the module's
    return {"init": init.main, "list": _list, "completion": _completion}[given.command](given.arguments)


def stacks(folder: Path) -> list[str]:
    """The stacks of the project in a folder, and of the systems below it, as a preview names them."""
    files = [*sorted(folder.glob("Pulumi.*.yaml")), *sorted(folder.glob("blueprints/*/Pulumi.*.yaml"))]
    return [str(file.relative_to(folder).parent / file.name.split(".")[1]) for file in files]


def _list(arguments: Sequence[str]) -> int:
    parsed = argparse.ArgumentParser(prog="cloudplatform list", description="The stacks that there are.")
    parsed.add_argument("--quiet", action="store_true", help="their names alone, for completion")
    quiet = parsed.parse_args(arguments).quiet
    found = stacks(Path.cwd())
    sys.stdout.write("".join(f"{name}\n" for name in found))
    if not found and not quiet:
        sys.stderr.write("no stack here: run it in the folder of Pulumi.yaml, or begin with `cloudplatform init`\n")
    return 0


def _completion(arguments: Sequence[str]) -> int:
    parsed = argparse.ArgumentParser(
        prog="cloudplatform completion",
        description="Prints what a shell evaluates to complete commands, stacks and options.",
    )
    parsed.add_argument("shell", choices=("bash", "zsh"))
    shell = parsed.parse_args(arguments).shell
    first = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    text = COMPLETION.format(commands=" ".join(COMMANDS), options=" ".join(OPTIONS), program=ROOT / "cloudplatform")
    sys.stdout.write(first + text)
    return 0
