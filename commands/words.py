"""The words of `./cloudplatform`, what each does, and completion of them in a shell."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from commands import init
from guard import __version__

ROOT: Final = Path(__file__).parents[1]


class Word(NamedTuple):
    """A word: what it does, and the module of Python that does it, with the arguments that it always gets."""

    about: str
    module: str = ""
    given: tuple[str, ...] = ()


WORDS: Final = {
    "init": Word("write the stack files of a new project, and say what is left to do"),
    "preview": Word("what stacks would be, and whether they are safe: no CLI, account or network", "preview"),
    "check": Word("only read the settings and say what is wrong with them", "preview", ("--check",)),
    "list": Word("the stacks that there are"),
    "diff": Word("what differs between two stacks, revisions or JSON documents", "differences"),
    "costs": Word("what a stack costs a month", "costs"),
    "guard": Word("the policy pack on a file with a recording or a state", "guard"),
    "completion": Word("print what completes these words in bash or zsh: eval \"$(./cloudplatform completion bash)\""),
}  # fmt: skip

#: Options that are completed for words of the preview.
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
    COMPREPLY=($(compgen -W "{words}" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$({program} list --quiet) {options}" -- "$word"))
  fi
}}
complete -F _cloudplatform cloudplatform ./cloudplatform
"""


def parser() -> argparse.ArgumentParser:
    """What the command line may say before a word's own arguments."""
    rows = "\n".join(f"  {name:<12}{word.about}" for name, word in WORDS.items())
    found = argparse.ArgumentParser(
        prog="cloudplatform",
        description="An AWS platform from a stack file.",
        epilog=f"words:\n{rows}\n\n`cloudplatform WORD --help` tells a word's arguments.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    found.add_argument("word", metavar="WORD", choices=WORDS)
    found.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="the word's own")
    return found


def main(arguments: Sequence[str]) -> int:
    """Do what a word says; returns the exit status. A word with a module becomes that module's process."""
    given = parser().parse_args(arguments)
    word: Word = WORDS[given.word]
    if word.module:
        command = [sys.executable, "-m", word.module, *word.given, *given.arguments]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        os.execv(sys.executable, command)  # noqa: S606, RUF100 signals and terminal are the module's
    return {"init": init.main, "list": _list, "completion": _completion}[given.word](given.arguments)


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
        prog="cloudplatform completion", description="Completion of words, stacks and options, for a shell to evaluate."
    )
    parsed.add_argument("shell", choices=("bash", "zsh"))
    shell = parsed.parse_args(arguments).shell
    first = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    text = COMPLETION.format(words=" ".join(WORDS), options=" ".join(OPTIONS), program=ROOT / "cloudplatform")
    sys.stdout.write(first + text)
    return 0
