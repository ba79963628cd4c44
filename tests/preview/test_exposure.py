"""Who can reach what, of recorded stacks: exact answers, what blocks each, and what docs/exposure.md shows."""

import re
from dataclasses import replace
from functools import cache

import pytest

from guard.model.graph import UNKNOWN
from guard.reach.interfaces import interfaces
from guard.reach.paths import NetworkPath
from preview.cli import main, parser
from preview.exposure import NEVER_CLIENTS, NEVER_SERVERS, Exposure, grouped
from preview.recording import Recording
from preview.stack import PreviewError
from tests.requirements.breaches import Mutation, change, drop
from tests.stacks import ROOT, recorded

PAGE = (ROOT / "docs" / "exposure.md").read_text()
SHOWN = re.findall(r"```\n\$ \.venv/bin/python -m preview (.*)\n((?:.*\n)+?)```", PAGE)
#: Services of techcorp's production, in order.
SERVICES = (
    "api, auth, billing, catalog, chat, documents, events, gateway, identity, inference, ingest, notifications, reports"
)
EVERYBODY = f"{SERVICES}, rotate-database, rotate-user, search, users"
MATRIX = {
    "dev": [
        ("fastapi", "cache", "6379"),
        ("fastapi", "database", "5432"),
        ("fastapi", "endpoints, load-balancer", "443"),
        ("load-balancer", "fastapi", "8000"),
    ],
    "prod": [
        ("fastapi, rotate-database", "cache", "6379"),
        ("fastapi, rotate-database", "database", "5432"),
        ("fastapi, rotate-database", "endpoints, load-balancer", "443"),
        ("load-balancer", "fastapi", "8000"),
    ],
    "techcorp/production": [
        ("load-balancer", f"{SERVICES}, search, users", "8080"),
        (EVERYBODY, "cache", "6379"),
        (EVERYBODY, "database, database-replica-reader", "5432"),
        (EVERYBODY.replace("chat, ", "chat, client-vpn, "), "load-balancer", "443"),
        (EVERYBODY, "training", "2049"),
    ],
}


@cache
def of(stack: str, known: bool = True) -> Exposure:
    return Exposure(recorded(stack, known))


@cache
def broken(mutation: Mutation) -> Exposure:
    return Exposure(mutation(recorded("prod", True)))


@pytest.mark.parametrize("stack", MATRIX)
def test_the_matrix_of_a_stack(stack: str) -> None:
    found = of(stack).document()
    assert sorted(grouped(found["matrix"])) == sorted(MATRIX[stack])
    site = [("site-static", "cloudfront.Distribution", ["80/tcp", "443/tcp"])] if stack.startswith("techcorp") else []
    assert [(each["name"], each["kind"], each["ports"]) for each in found["entry_points"]] == [
        ("load-balancer", "lb.LoadBalancer", ["80/tcp", "443/tcp"]),
        *site,
    ]


@pytest.mark.parametrize("stack", MATRIX)
def test_the_matrix_is_what_the_pack_says_of_each_pair(stack: str) -> None:
    """A row for every pair of things between which the pack has a path, and for no other."""
    asked = of(stack)
    things = interfaces(asked.stack).things
    pairs = {
        (asked.word(one), asked.word(other))
        for one in things
        for other in things
        if one.type not in NEVER_CLIENTS and other.type not in NEVER_SERVERS and asked.word(one) != asked.word(other)
        if isinstance(asked.paths.between(one, other), NetworkPath)
    }
    assert {(row["from"], row["to"]) for row in asked.document()["matrix"]} == pairs
    assert len(pairs) > 4


@pytest.mark.parametrize(("command", "answer"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_page_shows_what_is_answered(command: str, answer: str) -> None:
    given = parser().parse_args(command.split())
    assert f"{of(given.stack[0]).can(*given.can).text}\n" == answer


def test_the_page_shows_paths_blockers_and_roles() -> None:
    assert len(SHOWN) == 6
    kinds = {kind for _, answer in SHOWN for kind in re.findall(r"^  ([a-z A-Z]+): ", answer, re.MULTILINE)}
    assert kinds == {"address", "route", "network ACL", "security group", "port", "allow"}


ACL = "ec2.NetworkAclRule"
#: A change of prod, and the one thing that then keeps the internet from the load balancer's port 443.
BLOCKED = {
    "security group": (
        drop("vpc.SecurityGroupIngressRule", "firewall-load-balancer-from-internet-443"),
        "firewall-load-balancer has no rule that lets the internet in on port 443",
    ),
    "network ACL": (
        change(ACL, "acls-public-in-100", ruleAction="deny"),
        "entry 100 of acls-public (acls-public-in-100) denies port 443 from the internet",
    ),
    "network ACL, no entry": (
        drop(ACL, "acls-public-in-100"),
        "acls-public has no entry that allows port 443 from the internet",
    ),
    "network ACL, answers": (drop(ACL, "acls-public-out-100"), "acls-public lets no answers out to the internet"),
    "route": (
        drop("ec2.Route", "network-route-public"),
        "route table network-routes-public has no route to an internet gateway",
    ),
    "address": (change("lb.LoadBalancer", internal=True), "load-balancer-balancer has no public address"),
}


@pytest.mark.parametrize("what", BLOCKED)
def test_each_blocker_is_named_alone(what: str) -> None:
    mutation, text = BLOCKED[what]
    reply = broken(mutation).can("internet", "load-balancer:443")
    assert (reply.open, reply.text) == (False, f"internet → load-balancer:443: no\n  {what.partition(',')[0]}: {text}")


def test_before_the_break_the_internet_reaches_it() -> None:
    reply = of("prod").can("internet", "load-balancer:443")
    assert reply.open
    assert reply.text.endswith("load-balancer-balancer on port 443 (rule firewall-load-balancer-from-internet-443)")


def test_a_network_balancer_passes_on_to_the_port_of_its_targets() -> None:
    network = broken(change("lb.LoadBalancer", loadBalancerType="network"))
    reply = network.can("internet", "fastapi:8000")
    assert reply.text.endswith("service-fastapi-service on port 8000 (rule firewall-app-from-load-balancer-8000)")
    assert (reply.open, network.can("internet", "fastapi:22").open) == (True, False)


@pytest.mark.parametrize(
    ("who", "what", "message"),
    [
        ("fastpi", "database", "--can: nothing here is called fastpi; did you mean fastapi"),
        ("internet", "databse:5432", "--can: nothing here is called databse; did you mean database"),
        ("fastapi", "database:https", "--can: database:https is no name with a port; write NAME, NAME:PORT or NAME:"),
        ("fastapi", "database:53/icmp", "--can: database:53/icmp is no name with a port"),
        ("fastapi", ":5432", "--can: :5432 is no name with a port"),
        ("fastapi", "fastapi", "--can: fastapi and fastapi are the same thing"),
        ("roles-fastapi-ecs-task", "load-balancer", "--can: roles-fastapi-ecs-task is a role, which opens no"),
        ("assets", "database", "--can: assets keeps data and opens no connection"),
        ("internet", "assets", "--can: assets stands in no network: it is reached through AWS's APIs"),
        ("fastapi", "database:65536", "--can: database:65536 is no name with a port"),
        ("fastapi", "internet", "--can: `internet` can only come first"),
        ("function-slack-notifier", "database", "--can: function-slack-notifier stands in no subnet here"),
    ],
)
def test_what_cannot_be_asked_is_refused(who: str, what: str, message: str) -> None:
    with pytest.raises(PreviewError) as refused:
        of("prod").can(who, what)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("stack", "who", "what", "open_", "text"),
    [
        ("prod", "fastapi", "database:5432/tcp", True, "on port 5432 (rule firewall-database-from-app-5432)"),
        ("prod", "fastapi", "database:5432/udp", False, "  protocol: nothing lets UDP through, or nothing listens"),
        ("prod", "fastapi", "bucket-assets-bucket", True, "(service-fastapi-task-objects, statement 1)"),
        ("prod", "fastapi", "database-instance", True, "on port 5432 (rule firewall-database-from-app-5432)"),
        ("techcorp/production", "internet", "site-static:443", True, "yes\n  internet -> site-static-distribution"),
        ("techcorp/production", "internet", "site-static:22", False, "distribution answers on port 80, 443 only"),
    ],
)  # fmt: skip
def test_whatever_has_a_name_can_be_asked_about(stack: str, who: str, what: str, open_: bool, text: str) -> None:
    """A store by its own name, a port with its protocol, and what faces the internet in no network."""
    reply = of(stack).can(who, what)
    assert reply.open == open_
    assert reply.text.endswith(text)


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize(
    ("what", "open_", "lines"),
    [
        (
            "database:5432",
            False,
            [
                "security group: firewall-client-vpn has no rule that lets it out to database-instance on port 5432",
                "security group: firewall-database lets in on port 5432 only from firewall-app (rule "
                "firewall-database-from-app-5432), not client-vpn-endpoint",
            ],
        ),
        (
            "load-balancer:443",
            True,
            [
                "client-vpn-endpoint -> load-balancer-balancer on port 443 (rule "
                "firewall-load-balancer-from-internet-443)"
            ],
        ),
    ],
)
def test_a_client_vpn_is_asked_by_its_word(what: str, open_: bool, lines: list[str], known: bool) -> None:
    """A function, its queue and its log have the same word: it means what opens connections, ids known or not."""
    reply = of("techcorp/production", known).can("client-vpn", what)
    assert reply == (open_, f"client-vpn → {what}: {'yes' if open_ else 'no'}\n  " + "\n  ".join(lines))


def test_without_an_authorization_rule_the_vpn_leads_nowhere() -> None:
    bare = Exposure(drop("ec2clientvpn.AuthorizationRule")(recorded("techcorp/production", True)))
    reply = bare.can("client-vpn", "load-balancer:443")
    text = (
        "authorization rule: client-vpn-endpoint has no authorization rule for the addresses of load-balancer-balancer"
    )
    assert reply == (False, f"client-vpn → load-balancer:443: no\n  {text}")


def test_what_stands_in_the_network_keeps_its_word_before_a_store() -> None:
    """The service `fastapi` beside the bucket of a component `bucket-fastapi`, which is `fastapi` without its kind."""
    sound = recorded("prod", True)
    [bucket] = (sound.resources[each.urn] for each in of("prod").permissions.stores["assets"])
    parent = replace(sound.resources[bucket.parent], urn="urn:pulumi:p::t::b::bucket-fastapi", name="bucket-fastapi")
    beside = replace(bucket, urn="urn:pulumi:p::t::c::bucket-fastapi-bucket", parent=parent.urn)
    found = Exposure(replace(sound, resources={**sound.resources, parent.urn: parent, beside.urn: beside}))
    assert [each.name for each in found.things["fastapi"]] == ["service-fastapi-service"]
    assert [each.urn for each in found.permissions.stores["bucket-fastapi"]] == [beside.urn]
    assert "bucket-fastapi" not in of("prod").permissions.stores


def test_statements_name_role_store_and_policy() -> None:
    rows = [row for row in of("prod").document()["permissions"] if row["store"] == "backups"]
    assert [(row["role"], row["effect"], row["actions"], row["policy"], row["statement"]) for row in rows] == [
        (
            "access-break-glass",
            "Deny",
            ["s3:PutBucketAcl", "s3:PutBucketPublicAccessBlock"],
            "access-deny-public-buckets",
            "statement 1",
        ),
        ("access-break-glass", "Deny", ["s3:PutAccountPublicAccessBlock"], "access-deny-public-buckets", "statement 2"),
        (
            "snapshot-export-role",
            "Allow",
            ["s3:GetBucketLocation", "s3:ListBucket"],
            "snapshot-export-bucket",
            "statement 1",
        ),
        (
            "snapshot-export-role",
            "Allow",
            ["s3:DeleteObject*", "s3:GetObject*", "s3:PutObject*"],
            "snapshot-export-bucket",
            "statement 2",
        ),
    ]


def test_a_role_that_no_statement_lets_has_none() -> None:
    reply = of("prod").can("fastapi", "backups")
    assert reply == (False, "fastapi (role roles-fastapi-ecs-task) → backups: no, no statement allows anything")


def test_the_same_recording_in_another_order_gives_the_same() -> None:
    sound = recorded("prod", True)
    turned: Recording = replace(sound, resources=dict(reversed(sound.resources.items())))
    assert Exposure(turned).document() == of("prod").document()


def test_what_is_not_known_yet_is_never_left_out_of_the_matrix() -> None:
    """Each pair that the pack cannot decide before the deployment is a row too."""
    early = of("prod", False)
    rows = {(row["from"], row["to"]): row["undecided"] for row in early.document()["matrix"]}
    for one in interfaces(early.stack).things:
        for other in interfaces(early.stack).things:
            pair = early.word(one), early.word(other)
            if one.type not in NEVER_CLIENTS and other.type not in NEVER_SERVERS and pair[0] != pair[1]:
                answer = early.paths.between(one, other)
                assert (pair in rows) == (answer is not None)
                assert answer is not UNKNOWN or rows[pair]


@pytest.mark.parametrize(
    ("asked", "status", "out", "err"),
    [
        (("fastapi", "database:5432"), 0, "fastapi → database:5432: yes", ""),
        (("internet", "database:5432"), 1, "internet → database:5432: no", ""),
        (("internet", "databse:5432"), 2, "", "--can: nothing here is called databse; did you mean database"),
    ],
)
def test_the_command_answers_by_its_exit_status(monkeypatch, capsys, asked, status, out, err) -> None:
    monkeypatch.setattr("preview.engine.run", lambda stack, known: recorded(stack.name, known))
    assert main(["prod", "--project", str(ROOT), "--can", *asked]) == status
    said = capsys.readouterr()
    assert (said.out.startswith(out), said.err.startswith(err)) == (True, True)
    assert bool(said.out) == bool(out)
