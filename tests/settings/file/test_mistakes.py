"""What newcomers write wrongly in a stack file is refused in its line, with words that help; nothing is dropped."""

from pathlib import Path

import pytest

from tests.settings.file.test_messages import ROOT, place, problems, read

FILES = {stack: (ROOT / f"Pulumi.{stack}.yaml").read_text() for stack in ("dev", "prod")}
OWN_PROVIDER = "nobody reads it: the program makes its own provider, and takes aws:region alone"
NAMESPACES = "cloudplatform, guard, pulumi, docker-build, aws or secret"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def broken(stack: str, old: str, new: str) -> str:
    """A stack file with one passage changed."""
    text = FILES[stack]
    assert text.count(old) >= 1, f"Pulumi.{stack}.yaml no longer holds {old!r}: choose another line to break"
    return text.replace(old, new, 1)


UNREAD = [
    ("dev", "cloudplatform:cache:", "cloudplatfrom:cache:", "cloudplatfrom:cache",
     "cloudplatfrom:cache: unknown namespace; did you mean `cloudplatform:cache`?"),
    ("dev", "config:\n", "config:\n  shop:name: x\n", "shop:name",
     f"shop:name: unknown namespace; use {NAMESPACES}"),
    ("dev", "aws:region:", "aws:regoin:", "aws:regoin", "aws:regoin: unknown key; did you mean `aws:region`?"),
    ("dev", "config:\n", "config:\n  aws:proflie: shop\n", "aws:proflie",
     f"aws:proflie: {OWN_PROVIDER}; remove it, and set AWS_PROFILE in the environment"),
    ("dev", "config:\n", "config:\n  aws:defaultTags: {tags: {a: b}}\n", "aws:defaultTags",
     f"aws:defaultTags: {OWN_PROVIDER}; remove it, and use cloudplatform:tags"),
    ("dev", "config:\n", "config:\n  aws:skipMetadataApiCheck: true\n", "aws:skipMetadataApiCheck",
     f"aws:skipMetadataApiCheck: {OWN_PROVIDER}; remove it"),
    ("dev", "config:\n", "config:\n  random:seed: x\n", "random:seed",
     "random:seed: nobody reads it: its provider has no settings; remove it"),
    ("dev", "config:\n", "config:\n  awsx:region: x\n", "awsx:region",
     "awsx:region: nobody reads it: its provider has no settings; remove it"),
    ("dev", "config:\n", "config:\n  docker:host: x\n", "docker:host",
     "docker:host: nobody reads it: images are built by docker-build; use docker-build:host or "
     "docker-build:registries, or remove it"),
    ("dev", "config:\n", "config:\n  docker-build:host: x\n", "docker-build:host",
     "docker-build:host: nobody reads it: no service has image.build; remove it"),
    ("dev", "config:\n", "config:\n  docker-build:hots: x\n", "docker-build:hots",
     "docker-build:hots: unknown key; did you mean `host`? (known: host, registries)"),
    ("dev", "config:\n", "config:\n  aws-native:region: x\n", "aws-native:region",
     f"aws-native:region: unknown namespace; use {NAMESPACES}"),
    ("dev", "config:\n", "config:\n  pulumi:tag: {a: b}\n", "pulumi:tag",
     "pulumi:tag: unknown key; did you mean `tags`? (known: tags, disable-default-providers, autonaming, template)"),
    ("dev", "config:\n", "config:\n  pulumi:tags: {cost: 12}\n", "cost: 12",
     'pulumi:tags.cost: 12 is a number here; quote it: "12"'),
    ("dev", "config:\n", "config:\n  pulumi:disable-default-providers: aws\n", "pulumi:disable",
     'pulumi:disable-default-providers: "aws" is text; use a list such as [aws]'),
    ("dev", "config:\n", "config:\n  pulumi:autonaming: {mode: verbatm}\n", "mode: verbatm",
     'pulumi:autonaming.mode: "verbatm" is unknown here; use default, verbatim or disabled'),
    ("dev", "config:\n", "config:\n  pulumi:autonaming: {mode: verbatim, pattern: x}\n", "pulumi:autonaming",
     "pulumi:autonaming: use mode, or pattern with enforce: Pulumi takes one of the two"),
    ("dev", "config:\n", "config:\n  pulumi:autonaming: {enforce: true}\n", "pulumi:autonaming",
     "pulumi:autonaming: enforce is of a pattern; add one such as ${name}-${hex(4)}, or remove it"),
    ("dev", "config:\n", "config:\n  pulumi:autonaming: {providers: {aws: {resources: {x: {}}}}}\n", "x: {}",
     "pulumi:autonaming.providers.aws.resources.x: says nothing of the name; use mode or pattern, or remove it"),
    ("prod", "guard:profile:", "guard:profil:", "guard:profil",
     "guard:profil: unknown key; did you mean `profile`? (known: profile, exemptions)"),
    ("dev", "guard:exemptions:", "guard:exemption:", "guard:exemption:",
     "guard:exemption: unknown key; did you mean `exemptions`? (known: profile, exemptions)"),
    ("dev", "guard:exemptions:", "gaurd:exemptions:", "gaurd:",
     "gaurd:exemptions: unknown namespace; did you mean `guard:exemptions`?"),
    ("prod", "guard:profile: protected", "guard:profile: protectd", "guard:profile",
     'guard:profile: "protectd" is unknown here; use baseline, protected or strict'),
    ("dev", "owner: platform-team", "ownr: platform-team", "ownr",
     "guard:exemptions[0].ownr: unknown key; did you mean `owner`? (known: rule, resource, reason, owner, finding, "
     "expires, decision)"),
    ("dev", "config:\n", "config:\n  secret:pagerdty: x\n", "secret:pagerdty",
     "secret:pagerdty: no table asks for this value; remove it, or give a secret of cloudplatform:secrets value: "
     "config"),
]  # fmt: skip


READ = """config:
  pulumi:tags: {cost: "12"}
  pulumi:disable-default-providers: [aws]
  pulumi:autonaming:
    pattern: "${name}-${hex(4)}"
    enforce: true
    providers: {aws: {mode: verbatim, resources: {x: {mode: disabled}}}}
  pulumi:template: container-aws-python
"""


def test_what_the_engine_reads_is_kept() -> None:
    """Only what nobody reads is told beside it."""
    [told] = problems(broken("dev", "config:\n", f"{READ}  pulumi:y: x\n"))
    assert "pulumi:y: unknown key" in told


@pytest.mark.parametrize(("stack", "old", "new", "where", "message"), UNREAD, ids=[case[4][:30] for case in UNREAD])
def test_nothing_is_dropped_in_silence(stack: str, old: str, new: str, where: str, message: str) -> None:
    """A key that nobody reads, of whatever namespace, is refused with the nearest that somebody does."""
    text = broken(stack, old, new)
    assert f"Pulumi.dev.yaml:{place(text, where)} {message}" in problems(text)


def test_of_a_key_that_nobody_reads_nothing_else_is_told() -> None:
    text = broken("dev", "config:\n", "config:\n  docker-build:registries: [{adress: x}]\n")
    (line,) = problems(text)
    assert line.endswith("docker-build:registries: nobody reads it: no service has image.build; remove it")


EMPTY = [
    ("port: 8000", "port:", "services.fastapi.port: is empty; use a whole number from 1 to 65535, or remove the key"),
    ("internet: true", "capacity:",
     "services.fastapi.capacity: is empty; use on-demand, spot or mixed, or remove the key"),
    ("flow-logs:\n      days: 30", "flow-logs:",
     "network.flow-logs: is empty; use a table such as {days: 30}, or remove the key"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), EMPTY, ids=[case[1] for case in EMPTY])
def test_a_key_with_nothing_behind_it_is_refused_where_null_may_be_too(old: str, new: str, message: str) -> None:
    text = broken("dev", old, new)
    assert problems(text) == [f"Pulumi.dev.yaml:{place(text, new)} {message}"]


def test_null_says_that_nothing_is_meant() -> None:
    assert read(broken("dev", "port: 8000", "port: null")).services["fastapi"].listens == 8000


EXEMPTION = "\n  guard:exemptions:\n  - {rule: a, resource: b, reason: c, owner: d%s}\n"
ENDS = [
    ("", "guard:exemptions[0]: an exemption ends on a day or rests on a decision; use one of expires and decision"),
    (', expires: "2027-03-31", decision: docs/adr/1.md',
     "guard:exemptions[0]: an exemption ends on a day or rests on a decision; use one of expires and decision"),
    (", expires: 2027-03-31",
     'guard:exemptions[0].expires: the engine reads a bare date as "2027-03-31 00:00:00 +0000 UTC"; quote it: '
     '"2027-03-31"'),
    (', expires: "2027-02-30"', "guard:exemptions[0].expires: there is no day 2027-02-30; use one such as 2027-03-31"),
    (', expires: "31.3.2027"',
     'guard:exemptions[0].expires: "31.3.2027" has the wrong form; use text such as "2027-03-31"'),
    (", decision: why.md",
     'guard:exemptions[0].decision: "why.md" has the wrong form; use text such as "docs/decisions/ADR-001-why.md"'),
]  # fmt: skip


@pytest.mark.parametrize(("end", "message"), ENDS)
def test_an_exemption_has_one_end(end: str, message: str) -> None:
    text = FILES["dev"].split("\n  guard:exemptions:")[0] + EXEMPTION % end
    (line,) = problems(text)
    assert line.split(" ", 1)[1] == message


def test_a_decision_is_a_file(tmp_path: Path) -> None:
    """Where the project keeps its decisions; a copy of a stack file elsewhere has none to be held against."""
    text = FILES["dev"].split("\n  guard:exemptions:")[0] + EXEMPTION % ", decision: docs/decisions/ADR-1-a.md"
    assert read(text)
    (tmp_path / "docs/decisions").mkdir(parents=True)
    (line,) = problems(text)
    missing = "guard:exemptions[0].decision: there is no file docs/decisions/ADR-1-a.md"
    assert line.split(" ", 1)[1] == f"{missing}; write the record, or use expires"
    (tmp_path / "docs/decisions/ADR-1-b.md").touch()
    (line,) = problems(text)
    assert line.split(" ", 1)[1] == f"{missing}; did you mean docs/decisions/ADR-1-b.md?"
    (tmp_path / "docs/decisions/ADR-1-a.md").touch()
    assert read(text)


SECRET = "looks like a secret, and everybody can read an environment; put it into a secret and name that under secrets"
WEAK = [
    ("dev", "LOG_LEVEL: debug", "DB_PASSWORD: hunter2", f"services.fastapi.environment.DB_PASSWORD: {SECRET}"),
    ("dev", "LOG_LEVEL: debug", "GITHUB_TOKEN: hunter2", f"services.fastapi.environment.GITHUB_TOKEN: {SECRET}"),
    ("dev", "LOG_LEVEL: debug", "STRIPE_API_KEY: hunter2", f"services.fastapi.environment.STRIPE_API_KEY: {SECRET}"),
    ("dev", "LOG_LEVEL: debug", 'BROKER: "amqp://me:hunter2@mq.acme.com"',
     f"services.fastapi.environment.BROKER: {SECRET}"),
    ("dev", "LOG_LEVEL: debug", "KEY_ID: AKIAIOSFODNN7EXAMPLE", f"services.fastapi.environment.KEY_ID: {SECRET}"),
    ("dev", "cpu: 256", 'user: "0:0"\n      cpu: 256',
     "services.fastapi.user: '0:0' is root; use another user such as 10001:10001"),
    ("dev", "cpu: 256", 'user: "0"\n      cpu: 256',
     "services.fastapi.user: '0' is root; use another user such as 10001:10001"),
    ("prod", "multi-az: true", "multi-az: false",
     "database.multi-az: a protected database has a standby in another zone; use true, or choose a weaker posture"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "old", "new", "message"), WEAK, ids=[case[2][:20] for case in WEAK])
def test_what_is_unsafe_is_refused(stack: str, old: str, new: str, message: str) -> None:
    (line,) = problems(broken(stack, old, new))
    assert line.split(" ", 1)[1] == message
    assert "hunter2" not in line


@pytest.mark.parametrize("variable", ["TOKEN_SECONDS: '60'", "PASSWORD_LENGTH: '12'", "SECRET_NAME: a", "API_KEY: ''"])
def test_a_name_that_only_speaks_of_secrets_is_accepted(variable: str) -> None:
    assert read(broken("dev", "LOG_LEVEL: debug", variable))


def test_one_task_does_not_protect() -> None:
    text = broken("prod", "min: 3", "min: 1")
    message = "one task that fails takes a protected service with it; use 2 or more, or choose a weaker posture"
    assert f"Pulumi.dev.yaml:{place(text, 'min: 1')} services.fastapi.count.min: {message}" in problems(text)


LINES = [
    ("  cloudplatform:posture: expendable", "<<<<<<< HEAD\n  cloudplatform:posture: expendable\n=======\n>>>>>>> x",
     "<<<<<<<", "a merge conflict is left in the file; keep one of the two sides, and remove the lines of <, = and >"),
    ("cloudplatform:posture: expendable", "cloudplatform:posture expendable", "cloudplatform:posture",
     "a key has no colon; write `key: value`"),
    ("posture: expendable", 'posture: "expendable', '"expendable',
     "the quotes that begin here are not closed; close them"),
    ("replicas: 0", "replicas 0", "replicas 0", "a key has no colon; write `key: value`"),
    ("zones: [us-east-1a, us-east-1b, us-east-1c]", "zones: [us-east-1a, us-east-1b, us-east-1c", "[us-east-1a",
     "what begins here is not closed, or lacks a comma; close it with ] or }"),
    ("{initial: 20, max: 100}", "{initial: 20, max: 100", "{initial",
     "what begins here is not closed, or lacks a comma; close it with ] or }"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "message"), LINES, ids=[case[2] for case in LINES])
def test_the_line_that_is_wrong_is_named_and_not_the_next(old: str, new: str, where: str, message: str) -> None:
    text = broken("dev", old, new)
    assert problems(text) == [f"Pulumi.dev.yaml:{place(text, where)} stack file: {message}"]


ADVICE = [
    ("nat: single", "nat: true", "network.nat: true is a truth value; use none, single or per-zone"),
    ("    tiers:\n", "    subnets:\n",
     "network.subnets: unknown key; did you mean `tiers`? (known: cidr, zones, tiers, dns-support, dns-hostnames, nat, "
     "acls, deny, endpoints, flow-logs)"),
    ("budget: {monthly: 120, alerts: [80, 100]}", "budget: 120",
     "budget: 120 is a number; use a table with monthly such as {monthly: 150}"),
    ("budget: {monthly: 120, alerts: [80, 100]}", "site-acl: true",
     "site-acl: true is a truth value; use a table such as {}"),
    ("budget: {monthly: 120, alerts: [80, 100]}", "sites: [acme.com]",
     "sites: is a list; use a table such as {main: {hosts: [example.com], bucket: site}}"),
    ("multi-az: false", "monitoring: true",
     "database.monitoring: true is a truth value; use 1, 5, 10, 15, 30 or 60 (seconds)"),
    ("us-east-1b, us-east-1c]", "us-east-1b, eu-west-1c]",
     "network.zones[2]: eu-west-1c is not a zone of aws:region us-east-1; use us-east-1c"),
    ("logs: alb-logs", "logs: alb-log",
     "load-balancer.logs: there is no bucket 'alb-log'; did you mean alb-logs?"),
    ("logs: alb-logs", "logs: nowhere", "load-balancer.logs: there is no bucket 'nowhere'; use alb-logs"),
    ("replicas: 0", 'replicas: "9"', 'cache.replicas: "9" is text; use a whole number from 0 to 5'),
    ('"123456789012"', "12", 'account: "12" has the wrong form; use text such as "123456789012"'),
    ("version: \"7.1\"", "version: 7", 'cache.version: 7 is a number; use text such as "7.1"'),
    ("    fastapi:\n", f"    {'a' * 41}:\n",
     f"services.{'a' * 41}: \"{'a' * 41}\" has 41 characters; use a key of at most 40"),
    ("    fastapi:\n", "    '!':\n", 'services."!": "!" cannot be a key here; use one such as `api`'),
    ("10.0.2.0/24", "10.0.1.0/24",
     "network.tiers.public.cidrs[1]: 10.0.1.0/24 overlaps 10.0.1.0/24, which is tiers.public.cidrs[0]; use a free part "
     "such as 10.0.0.0/24 (the other is in line 28)"),
    ("10.0.2.0/24", "10.0.2.7",
     "network.tiers.public.cidrs[1]: '10.0.2.7' is not a network; use 10.0.2.7/32 for this address alone, or an "
     "address and a prefix length such as 10.0.0.0/16"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), ADVICE)
def test_the_advice_can_be_followed(old: str, new: str, message: str) -> None:
    """It names nothing that would be refused in its turn."""
    found = [line.split(" ", 1)[1] for line in problems(broken("dev", old, new))]
    assert message in found
    assert not any("only the load balancer's log bucket" in line for line in found)
