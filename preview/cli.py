"""The command line: `python -m preview STACK ...`. No SDK is imported before the settings are right."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from preview.outputs import ENDINGS, Output, outputs, write
from preview.stack import PreviewError, ProjectStack, open_all, place
from preview.together import compare

CLEAN, BLOCKED, BAD_INPUT, INTERNAL = 0, 1, 2, 3
LEAST = 500  #: characters of Markdown
STOPPED = 130  #: what a shell reports of a command that Ctrl-C ended

EXIT_STATUS = """\
exit status:
  0  every stack may be deployed
  1  a mandatory rule of the policy pack is broken
  2  what you gave cannot be previewed; the message says what would be right
  3  a fault of ours
  with --can: 0 if the connection can be opened, or nobody can rule it out yet; 1 if something blocks it
  130  stopped by Ctrl-C
"""

FAULT = """\
preview: {error}
This is a fault of the program, the policy pack or the preview, not of your settings. Please report it in the project's
issue tracker, with the output of the same command and --debug."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Preview the stacks that the command line names, and say by the exit status whether they may be deployed."""
    given = parser().parse_args(arguments)
    if given.watch:
        from preview.watch import watch

        files = [file for file in (given.config_file, given.policy_pack_config) if file]
        files += [place(name, given.project)[0] / "Pulumi.yaml" for name in given.stack]
        with TemporaryDirectory() as kept:
            return watch(files, lambda: _opened(given), lambda: run(given, Path(kept)))
    return run(given)


def run(given: argparse.Namespace, kept: Path | None = None) -> int:
    """One preview. Prints what is wrong, whosever fault it is; returns the exit status.

    In a folder `kept` is what the run before found: what changed since is said too.
    """
    try:
        stacks = _opened(given)
        if given.check:
            print("\n".join(f"{name}: the settings are right" for name in given.stack))
            return CLEAN
        return _previewed(stacks, given, kept)
    except PreviewError as problem:
        print(problem, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("preview: stopped", file=sys.stderr)
        return STOPPED
    except Exception as error:
        if given.debug:
            import traceback

            traceback.print_exc()
        print(FAULT.format(error=f"{type(error).__name__}: {error}"), file=sys.stderr)
        return INTERNAL


def _opened(given: argparse.Namespace) -> list[ProjectStack]:
    """The stacks, with right settings. Raises PreviewError with the mistakes of all of them."""
    if given.config_file and len(given.stack) > 1:
        raise PreviewError("--config-file is one file: it goes with one stack")
    if given.check and (given.format or given.out or given.can or given.against):
        raise PreviewError("--check only says whether settings are right; leave --format, --out, --can, --against away")
    outputs(given.out, given.format)  # says what is wrong with them
    if given.most is not None and given.most < LEAST:
        raise PreviewError(f"--most wants {LEAST} characters or more, of which the table of all stacks takes some")
    stacks = open_all(given.stack, given.project, given.config_file)
    if len(stacks) > 1:
        compare(stacks)
    return stacks


def _previewed(stacks: Sequence[ProjectStack], given: argparse.Namespace, kept: Path | None) -> int:
    from preview import document, engine, export, formats

    wanted = outputs(given.out, given.format)
    if given.can:
        return _can(stacks, given, wanted[0])
    if [each.format for each in wanted] == ["recording"]:
        write(document.written(export.export(engine.run(stack)) for stack in stacks), wanted[0].file)
        return CLEAN
    settings = engine.policy_settings(given.policy_pack_config) if given.policy_pack_config else {}
    if given.against:
        from preview.revisions import commit_of

        commit_of(given.against, stacks[0].folder)  # an unknown one is said before anything is recorded
    found = list(engine.previews(stacks, settings=settings))
    if given.against:
        from preview.against import compared

        found = compared(found, given.against)
    formats.deliver(formats.PreviewReport(previews=found, tree=given.tree, most=given.most), wanted)
    if kept:
        from preview.last_run import since

        sys.stdout.flush()  # the verdict comes first
        print(since((each.document for each in found), kept), end="", file=sys.stderr)
    return BLOCKED if any(each.document["violations"] for each in found) else CLEAN


def _can(stacks: Sequence[ProjectStack], given: argparse.Namespace, wanted: Output) -> int:
    """Answer who can reach what in each stack, from its recording; the pack's verdict is not asked."""
    from preview import engine
    from preview.exposure import Exposure

    replies = [Exposure(engine.run(stack, known=True)).can(*given.can) for stack in stacks]
    heads = [f"{stack.name}: " if len(stacks) > 1 else "" for stack in stacks]
    write("".join(f"{head}{reply.text}\n" for head, reply in zip(heads, replies, strict=True)), wanted.file)
    return CLEAN if any(reply.open for reply in replies) else BLOCKED


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    parser = argparse.ArgumentParser(
        prog="cloudplatform preview",
        description="Shows what a stack would be and whether the policy pack lets it pass: no CLI, account or network.",
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "stack", nargs="+", metavar="STACK", help="a stack of the project, such as prod; or FOLDER/STACK"
    )
    parser.add_argument(
        "--project", type=Path, default=Path(), metavar="FOLDER", help="where its Pulumi.yaml is (default: here)"
    )
    parser.add_argument("--config-file", type=Path, metavar="FILE", help="stack file (default: Pulumi.STACK.yaml)")
    parser.add_argument(
        "--policy-pack-config", type=Path, metavar="FILE", help="levels and settings of policies, as for the CLI"
    )
    parser.add_argument(
        "--format", choices=ENDINGS, help="of what is printed, or of a file whose name does not say it; default: text"
    )
    parser.add_argument(
        "--out",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=f"write there instead of to standard output, which is called -; may be given several times: the format is"
        f" said by the end of the name ({', '.join(ENDINGS.values())})",
    )
    parser.add_argument(
        "--tree", choices=("summary", "full"), default="summary", help="full: every resource with what decides it"
    )
    parser.add_argument(
        "--can",
        nargs=2,
        metavar=("WHO", "WHAT"),
        help="answer with the path, or with what blocks it: --can internet database:5432; a role may stand for WHO",
    )
    parser.add_argument(
        "--against", metavar="REVISION", help="say what differs from a revision of Git too: main, HEAD^1"
    )
    parser.add_argument("--most", type=int, metavar="CHARACTERS", help="of Markdown; what matters least is left out")
    parser.add_argument("--check", action="store_true", help="only read the settings and say what is wrong with them")
    parser.add_argument(
        "--watch", action="store_true", help="again after each saved file, with what changed, until Ctrl-C"
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="ours and the SDKs', for a report")
    parser.add_argument("--debug", action="store_true", help="show where a fault of ours comes from")
    return parser


class _Version(argparse.Action):
    """Prints what a report of a fault should name, and ends."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import platform
        from importlib.metadata import version

        from guard import __version__

        sdks = [f"{name} {version(name)}" for name in ("pulumi", "pulumi-aws", "pulumi-policy")]
        print(f"cloudplatform {__version__}", *sdks, f"Python {platform.python_version()}", sep="\n")
        parser.exit()
