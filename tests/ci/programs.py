"""Stand-ins for AWS, GitHub, Pulumi and the like: they note what they are asked, answer, and fail where told to."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BASH = shutil.which("bash")  #: named whole: `env` is a program more for each call
#: What each stand-in does. A call's answer is the first whose pattern is among its arguments; of several answers the
#: next, and the last one for good. Pulumi is told which file to write a state to. It is the shell's alone: to start
#: `cat` and the like takes longer than the script that is tested.
PROGRAM = """#!{bash}
mapfile -t before < "{log}"
words="$*"
echo "{name} ${{words//$'\\n'/ }}" >> "{log}"
if [ -e "{folder}/.fails-at" ] && [ "${{#before[@]}}" = "$(< "{folder}/.fails-at")" ]; then
  echo "$(< "{folder}/.says")" >&2
  exit "$(< "{folder}/.status")"
fi
case "$words" in
{cases}
esac
"""
CASE = """  *'{pattern}'*)
    n=0
    [ ! -e "{answers}.n" ] || n=$(< "{answers}.n")
    [ "$n" -lt {last} ] && echo $((n + 1)) > "{answers}.n"
    IFS= read -r -d '' answer < "{answers}.$n"
    case "$words" in *'stack export'*--file*) printf %s "$answer" > "${{@: -1}}" ;; *) printf %s "$answer" ;; esac ;;"""

#: jq, which takes ten times as long to start as all that a script does between two calls: what it answered to the same
#: program and input is kept for the next run. What fails, or is long, it is asked each time.
JQ = r"""#!{bash}
declare -A answers
[ ! -e "{kept}" ] || . "{kept}"
last=${{@: -1}} words=("$@") input=
case " $* " in
  *' --null-input '*) ;;
  *) if [ -f "$last" ]; then
      IFS= read -r -d '' input < "$last"
      unset 'words[-1]'
    else
      IFS= read -r -d '' input
    fi ;;
esac
[ "${{#input}}" -lt 100000 ] || exec "{real}" "${{words[@]}}" <<< "$input"
printf -v key '%q ' "${{words[@]}}" "$input"
if [ -z "${{answers[$key]+x}}" ]; then
  answer=$(printf %s "$input" | "{real}" "${{words[@]}}"; status=$?; printf x; exit "$status")
  status=$?
  answer=${{answer%x}}
  [ "$status" = 0 ] || {{ printf %s "$answer"; exit "$status"; }}
  printf 'answers[%q]=%q\n' "$key" "$answer" >> "{kept}"
  answers[$key]=$answer
fi
printf %s "${{answers[$key]}}"
"""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """How a program fails: what it says, and its exit status."""

    says: str
    status: int


#: As the AWS CLI does: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html
THROTTLED = Failure(says="An error occurred (ThrottlingException) when calling it: Rate exceeded", status=254)
REFUSED = Failure(says="An error occurred (AccessDeniedException) when calling it: not authorized", status=254)
NO_REGION = Failure(
    says='You must specify a region. You can also configure your region by running "aws configure".', status=253
)


class Programs:
    """The stand-ins of one folder, which stands first on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / ".log"
        self.log.touch()

    def keep_jq(self, kept: Path) -> None:
        """jq answers from a file what it answered before, also to others that give the same file."""
        program = self.folder / "jq"
        program.write_text(JQ.format(bash=BASH, kept=kept, real=shutil.which("jq")))
        program.chmod(0o755)

    def add(self, name: str, answers: Mapping[str, str | Sequence[str]], *, folder: Path | None = None) -> None:
        """A program, and what it answers to calls with a pattern in them: always the same, or one after the other."""
        cases: list[str] = []
        for place, (pattern, texts) in enumerate(answers.items()):
            several = [texts] if isinstance(texts, str) else list(texts)
            stem = self.folder / f".{name}-{place}"
            Path(f"{stem}.n").unlink(missing_ok=True)
            for number, text in enumerate(several):
                Path(f"{stem}.{number}").write_text(f"{text}\n")
            cases.append(CASE.format(pattern=pattern, answers=stem, last=len(several) - 1))
        program = (folder or self.folder) / name
        program.write_text(
            PROGRAM.format(bash=BASH, name=name, folder=self.folder, log=self.log, cases="\n".join(cases) or "  *) ;;")
        )
        program.chmod(0o755)

    def fail(self, at: int, how: Failure) -> None:
        """The call at a place of the log fails, and no other."""
        for name, text in (("fails-at", at), ("says", how.says), ("status", how.status)):
            (self.folder / f".{name}").write_text(str(text))

    def again(self) -> None:
        """Nothing was asked so far, and nothing fails."""
        (self.folder / ".fails-at").unlink(missing_ok=True)
        for each in self.folder.glob(".*.n"):
            each.unlink()
        self.log.write_text("")

    def asked(self) -> list[str]:
        """Every call: the program's name and its arguments."""
        return self.log.read_text().splitlines()


def run(
    programs: Programs, script: Path, *arguments: str, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """A script, with the stand-ins before everything else on PATH, in the folder that theirs is in."""
    return subprocess.run(
        [script, *arguments],
        cwd=programs.folder.parent,
        env={**os.environ, "PATH": f"{programs.folder}:{os.environ['PATH']}", **environment},
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
