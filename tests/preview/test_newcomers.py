"""The 26 mistakes that newcomers make in a stack file: each is answered by the command that they run.

The answer has status 2 (1 where only the policy pack can tell), the file, the line, the field, and words that help.
"""

import re
from pathlib import Path

import pytest

from preview import cli
from settings.known import table
from tests.stacks import ROOT

DATES = "exemptions[0].expires: the engine reads a bare date as"
LONG = "recommendation-and-pricing-for-all-partners"  # 43 characters
DECISION = "decision: docs/decisions/ADR-009-endpoints-admit-the-vpc.md"
#: The mistake, its stack, what stands there, what a newcomer writes, where the answer points, and its words.
MISTAKES = [
    ("a misspelt namespace", "dev", "cloudplatform:web-acl:", "cloudplatfrom:web-acl:", "cloudplatfrom:",
     "cloudplatfrom:web-acl: unknown namespace; did you mean `cloudplatform:web-acl`?"),
    ("a misspelt word of the pack", "prod", "guard:profile:", "guard:profil:", "guard:profil:",
     "guard:profil: unknown key; did you mean `profile`?"),
    ("a misspelt profile", "prod", "profile: protected", "profile: protectd", "guard:profile",
     'guard:profile: "protectd" is unknown here; use baseline, protected or strict'),
    ("an exemption in the singular", "dev", "guard:exemptions:", "guard:exemption:", "guard:exemption:",
     "guard:exemption: unknown key; did you mean `exemptions`?"),
    ("an exemption's misspelt key", "dev", "owner: platform-team", "ownr: platform-team", "ownr:",
     "guard:exemptions[0].ownr: unknown key; did you mean `owner`?"),
    ("an exemption without its decision", "dev", "ADR-009-endpoints-admit", "ADR-009-endpoint-admits", "decision:",
     "guard:exemptions[0].decision: there is no file docs/decisions/ADR-009-endpoint-admits-the-vpc.md; did you mean "
     "docs/decisions/ADR-009-endpoints-admit-the-vpc.md?"),
    ("an unquoted date", "dev", DECISION, "expires: 2027-03-31", "expires:",
     f'guard:{DATES} "2027-03-31 00:00:00 +0000 UTC"; quote it: "2027-03-31"'),
    ("a password in the environment", "dev", "LOG_LEVEL: debug", "DATABASE_PASSWORD: hunter2", "DATABASE_PASSWORD: h",
     "services.fastapi.environment.DATABASE_PASSWORD: looks like a secret, and everybody can read an environment; put "
     "it into a secret and name that under secrets"),
    ("a root user", "dev", "cpu: 256", "cpu: 256\n      user: '0'", "user:",
     "services.fastapi.user: '0' is root; use another user such as 10001:10001"),
    ("production without a standby", "prod", "multi-az: true", "multi-az: false", "multi-az:",
     "database.multi-az: a protected database has a standby in another zone; use true, or choose a weaker posture"),
    ("production with one task", "prod", "min: 3", "min: 1", "min: 1",
     "services.fastapi.count.min: one task that fails takes a protected service with it; use 2 or more, or choose a "
     "weaker posture"),
    ("a merge conflict", "dev", "    replicas: 0", "<<<<<<< HEAD\n    replicas: 0\n=======\n>>>>>>> x", "<<<<<<<",
     "a merge conflict is left in the file; keep one of the two sides, and remove the lines of <, = and >"),
    ("a key without its colon", "dev", "replicas: 0", "replicas 0", "replicas 0",
     "a key has no colon; write `key: value`"),
    ("a truth value where a word is meant", "dev", "nat: single", "nat: true", "nat: true",
     "network.nat: true is a truth value; use none, single or per-zone"),
    ("zones of another region", "dev", "us-east-1c]", "eu-west-1c]", "[us-east-1a",
     "network.zones[2]: eu-west-1c is not a zone of aws:region us-east-1; use us-east-1c"),
    ("a misspelt bucket", "dev", "logs: alb-logs", "logs: alb-log", "logs: alb-log",
     "load-balancer.logs: there is no bucket 'alb-log'; did you mean alb-logs?"),
    ("one wrong entry of a list", "dev", "10.0.21.0/24, ", "10.0.21.0, ", "[10.0.21.0",
     "network.tiers.data.cidrs[0]: '10.0.21.0' is not a network; use one such as 10.0.21.0/24"),
    ("an account without its quotes", "dev", '"123456789012"\n', "12345\n", "cloudplatform:account",
     'account: "12345" has the wrong form; use text such as "123456789012"'),
    ("a name that is too long", "dev", "    fastapi:\n", f"    {LONG}:\n", f"{LONG}:",
     f'services.{LONG}: "{LONG}" has 43 characters; use a key of at most 40'),
    ("two subnets with one address", "dev", "10.0.2.0/24", "10.0.1.0/24", "[10.0.1.0/24",
     "network.tiers.public.cidrs[1]: 10.0.1.0/24 overlaps 10.0.1.0/24, which is tiers.public.cidrs[0]; use a free part "
     "such as 10.0.0.0/24"),
    ("a misspelt instance class", "dev", "class: db.t3.micro", "class: db.t3.mirco", "class: db.t3",
     "database.class: AWS has no class for postgres 15 'db.t3.mirco' as of {day}; did you mean db.t3.micro? or name it "
     "in allow-unknown"),
    ("a version that does not exist", "dev", 'version: "15"', 'version: "51"', "version: ",
     "database.version: AWS has no version of postgres '51' as of {day}; did you mean 18? or name it in allow-unknown"),
    ("a misspelt endpoint", "dev", "ecr.dkr, ", "ecr.drk, ", "[ecr.api",
     "network.endpoints.interface[1]: AWS has no endpoint service 'ecr.drk' as of {day}; did you mean ecr.dkr? or name "
     "it in allow-unknown"),
    ("days that no log is kept for", "dev", "      log-days: 30", "      log-days: 31", "log-days: 31",
     "services.fastapi.log-days: AWS has no number of days for a log '31' as of {day}; did you mean 30? or name it in "
     "allow-unknown"),
    ("a misspelt parameter", "dev", "max_connections:", "max_conections:", "{max_conections",
     "database.parameters.max_conections: AWS has no parameter of postgres 15 'max_conections' as of {day}; did you "
     "mean max_connections? or name it in allow-unknown"),
]  # fmt: skip


def written(folder: Path, stack: str, old: str, new: str) -> Path:
    """A committed stack file with a mistake, in a folder beside the project's own decisions."""
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text()
    assert text.count(old) >= 1, f"Pulumi.{stack}.yaml no longer holds {old!r}: choose another line to break"
    (folder / "docs").symlink_to(ROOT / "docs")
    file = folder / f"Pulumi.{stack}.yaml"
    file.write_text(text.replace(old, new, 1))
    return file


def line_of(file: Path, passage: str) -> int:
    text = file.read_text()
    return text[: text.index(passage)].count("\n") + 1


@pytest.fixture
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("in_the_project")
@pytest.mark.parametrize(("stack", "old", "new", "where", "words"), [row[1:] for row in MISTAKES],
                         ids=[row[0].replace(" ", "-") for row in MISTAKES])  # fmt: skip
def test_a_mistake_of_a_newcomer_is_answered(stack, old, new, where, words, tmp_path, capsys) -> None:
    file = written(tmp_path, stack, old, new)
    assert cli.main([stack, "--config-file", str(file), "--check"]) == 2
    out, said = capsys.readouterr()
    assert out == ""
    words = words.replace("{day}", table()["day"])
    [answer] = [line for line in said.splitlines() if words in line]
    assert re.match(rf"{re.escape(str(file))}:{line_of(file, where)}:\d+ ", answer), said
    assert "hunter2" not in said


@pytest.mark.usefixtures("in_the_project")
def test_an_exemption_of_a_resource_that_is_not_there_is_answered_by_the_pack(tmp_path, capsys) -> None:
    """The 26th: only a recording tells which resources there are."""
    file = written(tmp_path, "dev", "firewall-endpoints-from-vpc-443", "firewall-endpoint-from-vpc-443")
    assert cli.main(["dev", "--config-file", str(file)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "the exemption of firewall-endpoint-from-vpc-443 covers nothing: remove it; did you mean" in said
    assert "did you mean firewall-endpoints-from-vpc-443?" in said


def test_they_are_26() -> None:
    assert len({row[0] for row in MISTAKES}) + 1 == 26
