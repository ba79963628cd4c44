"""`init`: the stack files of a new project, made of the committed ones, with its own name everywhere."""

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from settings.file import reading, stackfile
from settings.file.problems import InvalidSettings
from settings.known import table

ROOT: Final = Path(__file__).parents[1]
STACKS: Final = ("shared", "dev", "staging", "prod")
#: What the committed files hold in the places of an account, a region and so on.
ACCOUNT, REGION, DOMAIN, REPOSITORY = "123456789012", "us-east-1", "yourname.com", "your-org/your-repo"
ADDRESS, PROJECT = f"platform-team@{DOMAIN}", "cloudplatform"
PAGER: Final = re.compile(r"    # .*secret:pagerduty.*\n    pagerduty: .*\n")


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something that a new project must say."""

    about: str
    form: str  #: a regular expression of the whole answer
    example: str


_ADDRESS = r"[^@\s,]+@[^@\s,]+"
_ROWS: Final = (
    ("project", "name of the project, first part of all names", "[a-z][a-z0-9-]{1,19}[a-z0-9]", "acme"),
    ("account", "AWS account, 12 digits", r"\d{12}", "210987654321"),
    ("region", "region", r"[a-z]{2}(-[a-z]+)+-\d", "eu-central-1"),
    ("domain", "domain whose registrar you can edit", r"([a-z0-9-]+\.)+[a-z]{2,}", "acme.com"),
    ("repository", "repository at GitHub", r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", "acme/platform"),
    ("addresses", "e-mail addresses for alerts, with commas", rf"{_ADDRESS}(,\s*{_ADDRESS})*", "oncall@acme.com"),
)
QUESTIONS: Final[Mapping[str, Question]] = {
    name: Question(about=about, form=form, example=example) for name, about, form, example in _ROWS
}

LEFT: Final = """What is left to do, in this order; docs/runbooks/first-deployment.md tells each step:
  1. Look: ./cloudplatform preview shared dev
  2. Quotas: aws lambda get-account-settings --region {region}; where ConcurrentExecutions is 10, write
     `reserve: false` below cloudplatform:functions of each stack.
  3. What the account has already (a detector of GuardDuty, Security Hub, a recorder of AWS Config, GitHub's identity
     provider): mode: adopt for it in Pulumi.shared.yaml.
  4. .ci/bootstrap {region}: makes the shared stack, and moves its state into its bucket.
  5. Give the registrar of {domain} the name servers: pulumi stack output name_servers --stack shared
  6. Put the zone's id (pulumi stack output zone_id --stack shared) in the place of Z0123456789ABCDEFGHIJ in the files
     of dev, staging and prod.
  7. Confirm the subscriptions that AWS sends to {addresses}: nobody hears an alert before.
  8. Variables of {repository} at GitHub: AWS_ACCOUNT={account}, PROJECT={project}, AWS_REGION={region} and
     PULUMI_BACKEND_URL=s3://{project}-terraform-state?region={region}; environments dev, staging and production.
  9. The first image: docker build --platform linux/amd64, with the tag `bootstrap`, into {project}-fastapi.
 10. pulumi up --stack dev --policy-pack policy, then curl https://api.dev.{domain}/health
 11. Slack: write the webhook's URL to /dev/monitoring/slack-webhook, or remove `slack` below cloudplatform:alerts.
     PagerDuty: pulumi config set --secret secret:pagerduty --stack prod, and pagerduty: config there.
 12. Before production: lock the trail's bucket for as long as the law wants ({lock}).
All of it goes again: docs/runbooks/first-deployment.md, "Remove all of it"."""


def parser() -> argparse.ArgumentParser:
    """What the command line may say; what it does not say is asked."""
    found = argparse.ArgumentParser(
        prog="cloudplatform init", description="Writes the stack files of a new project, and says what is left to do."
    )
    for name, question in QUESTIONS.items():
        found.add_argument(f"--{name}", metavar=question.example, help=question.about)
    found.add_argument("--lock-days", type=int, default=0, metavar="365",
                       help="nobody deletes the trail of the account before that; default: a trial's, a day that an "
                       "administrator may lift")  # fmt: skip
    found.add_argument("--system", choices=sorted(each.parent.name for each in ROOT.glob("blueprints/*/Pulumi.yaml")),
                       help="take over a system's workflows too: GitHub reads those at the root alone")  # fmt: skip
    found.add_argument("--folder", type=Path, default=ROOT, help="where the files go; default: this project")
    found.add_argument(
        "--force", action="store_true", help="write over stack files that are no longer the committed ones"
    )
    return found


def main(arguments: Sequence[str], ask: Callable[[str], str] = input) -> int:
    """Ask, write, and list what is left; returns the exit status: 2 where an answer does not fit."""
    given = parser().parse_args(arguments)
    answers: dict[str, str] = {}
    for name, question in QUESTIONS.items():
        answer = getattr(given, name)
        if answer is None:
            try:
                answer = ask(f"{question.about} (such as {question.example}): ").strip()
            except (EOFError, KeyboardInterrupt):
                sys.stderr.write(f"\nnothing was written; --{name} gives it without a question\n")
                return 2
        if problem := _wrong(name, answer):
            sys.stderr.write(f"--{name}: {problem}\n")
            return 2
        answers[name] = answer
    texts = {f"Pulumi.{stack}.yaml": _stack_file(stack, answers, given.lock_days) for stack in STACKS}
    texts["Pulumi.yaml"] = _renamed(
        (ROOT / "Pulumi.yaml").read_text(), f"name: {PROJECT}", f"name: {answers['project']}"
    )
    texts |= _workflows(given.system, answers) if given.system else {}
    kept = [name for name in texts if (given.folder / name).exists() and not given.force and _own(given.folder / name)]
    if kept:
        sys.stderr.write(f"{', '.join(sorted(kept))} would be lost; --force writes over them\n")
        return 2
    for name, text in texts.items():
        (given.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (given.folder / name).write_text(text)
    if problems := _problems(given.folder, answers["project"]):
        sys.stderr.write("\n".join(problems) + "\n")
        return 2
    lock = f"now {given.lock_days} days" if given.lock_days else "now a day, for a trial"
    sys.stdout.write(f"Wrote {', '.join(sorted(texts))}.\n\n{LEFT.format(**answers, lock=lock)}\n")
    return 0


def _wrong(name: str, answer: str) -> str:
    """What is wrong with an answer; empty where nothing is."""
    question = QUESTIONS[name]
    if not re.fullmatch(question.form, answer):
        return f"{answer!r} is no {question.about}; use one such as {question.example}"
    if name == "region" and len(table()["zones"].get(answer, "")) < 3:
        return (
            f"there is no region {answer!r} with three zones as of {table()['day']}; use one such as {question.example}"
        )
    return ""


def _own(file: Path) -> bool:
    """Whether a file was edited by its user, so that it is no longer the committed example."""
    text = file.read_text()
    if file.suffix == ".yml":
        return True
    return ACCOUNT not in text if file.name != "Pulumi.yaml" else f"name: {PROJECT}\n" not in text


def _renamed(text: str, old: str, new: str) -> str:
    """The text with one word replaced. The committed example must hold that word."""
    assert old in text, f"the committed file no longer holds {old}"
    return text.replace(old, new)


def _stack_file(stack: str, answers: Mapping[str, str], lock_days: int) -> str:
    """A committed stack file with the project's own words."""
    text, project, region = (ROOT / f"Pulumi.{stack}.yaml").read_text(), answers["project"], answers["region"]
    addresses = [each.strip() for each in answers["addresses"].split(",")]
    text = _renamed(text, f"[{ADDRESS}]", f"[{', '.join(addresses)}]")
    text = _renamed(text, ACCOUNT, answers["account"]).replace(DOMAIN, answers["domain"])
    letters = table()["zones"][region]
    zones = {f"{REGION}{old}": f"{region}{new}" for old, new in zip("abc", letters, strict=False)}
    for old, new in zones.items():
        text = text.replace(old, new)
    text = text.replace(REGION, region)
    text = re.sub(rf"{PROJECT}(?=[-/])", project, text)  # but not the namespace, which has a colon behind it
    text = text.replace("Project: cloud-platform", f"Project: {project}")
    if stack == "shared":
        text = _renamed(text, REPOSITORY, answers["repository"])
        lock = f"        days: {lock_days}\n" if lock_days else "        days: 1\n        mode: governance\n"
        text = _renamed(text, "        days: 365\n", lock)
    return PAGER.sub("", text)


def _workflows(system: str, answers: Mapping[str, str]) -> dict[str, str]:
    """A system's workflows for the root's folder, by file, with the account and domain that are somebody's own."""
    folder = ROOT / "blueprints" / system
    tables = [
        yaml.load(file.read_text(), stackfile.CSafeLoader)["config"] for file in sorted(folder.glob("Pulumi.*.yaml"))
    ]
    words = {str(each["cloudplatform:account"]): answers["account"] for each in tables}
    words |= {each["cloudplatform:dns"]["domain"]: answers["domain"] for each in tables if "cloudplatform:dns" in each}
    found: dict[str, str] = {}
    for file in sorted((folder / ".github/workflows").glob("*.yml")):
        text = file.read_text()
        for old, new in words.items():
            text = text.replace(old, new)
        found[f".github/workflows/{file.name}"] = text
    return found


def _problems(folder: Path, project: str) -> list[str]:
    """What is wrong with the written files; empty unless an answer does not fit."""
    found: list[str] = []
    for stack in STACKS:
        file = folder / f"Pulumi.{stack}.yaml"
        try:
            reading.read(stackfile.read(file, project), project=project, stack=stack, file=file)
        except InvalidSettings as problems:
            found.append(str(problems))
    return found
