"""Rows of tags and descriptions. Every password, key and token is invented."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import VPC, r
from tests.policy.engine import Declared
from tests.policy.rules.secret_plaintext.literals import MADE, PASSWORD, SEALED, rows

RULE = "secret-in-label"
QUEUE = "sqs/queue:Queue"
_TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
_KEY = "AKIA" + "Q3EGRIUZ7X2K" + "M5WT"


def tagged(**tags: str) -> Declared:
    return r(QUEUE, tags={name.replace("__", "-"): value for name, value in tags.items()})


def described(text: str) -> Declared:
    return r("ec2/securityGroup:SecurityGroup", description=text)


def default(**tags: str) -> Declared:
    return Declared("aws", "pulumi:providers:aws", {"region": "eu-west-1", "defaultTags": {"tags": tags}})


_FLEET = r("autoscaling/group:Group", tags=[{"key": "db-password", "value": PASSWORD, "propagateAtLaunch": True}])


def exported(**outputs: Any) -> Declared:
    return Declared("shop-dev", "pulumi:pulumi:Stack", outputs)


_DRAWN = "pmBGN/7MjnfhTKUZ06Enqq1PeGUaOkw8lGhcfwefcHU="
_SECRET = r("secretsmanager/secret:Secret", name="orders-db-1a2b3c4")

ROWS = [
    *rows(
        "secret-in-output",
        "breach",
        password=exported(dbPassword=PASSWORD),
        address=exported(database=f"postgres://quay:{PASSWORD}@db.internal/orders"),
        table=exported(database={"user": "quay", "password": PASSWORD}),
        token=exported(ci=_TOKEN),
        figures_at_the_end=exported(jwtSecret="my-jwt-1234567"),
        under_a_holder=exported(adminPasswordSecret=PASSWORD),
        named_as_nothing=(_SECRET, exported(secret="Tr0ub4dor-77")),
    ),
    *rows("secret-in-output", "undecided", password=exported(dbPassword=SEALED)),
    *rows(
        "secret-in-output",
        "ok",
        leads=exported(
            secretArn="arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf", url="https://a.example"
        ),
        name=(_SECRET, exported(secret="orders-db-1a2b3c4")),
        figures=exported(passwordLength=32, keyRotation=True, subnets=["subnet-1", "subnet-2"]),
        unknown_address=exported(address=SEALED),
        named_by_pulumi=exported(databaseSecret="orders-db-1a2b3c4"),
        named_by_rds=exported(masterUserSecret="rds!db-1234abcd-12ab-34cd-56ef-1234567890ab"),
        fingerprint=exported(sshKeyFingerprint="SHA256:uNiVztksCsDhcc0u9e8BgrJXVGL"),
        archive=exported(artifactKey="builds/3f786850e387550fdab836ed7e6dc881de23001b"),
        of_a_zone=(
            r("ses/domainIdentity:DomainIdentity", verificationToken=_DRAWN),
            r("ses/domainDkim:DomainDkim", "dkim", dkimTokens=[_DRAWN[:30], "second"]),
            exported(verificationToken=_DRAWN, token=_DRAWN[:30]),
        ),
        holder=exported(grafana={"adminUser": "admin", "adminPasswordSecret": "grafana-admin"}),
        login=exported(authorizationTokenCommand="aws ecr get-login-password"),
        masked=exported(password="[secret]", dbPassword="(sensitive value)", token="see secret quay/prod/admin"),
        command=exported(install="helm install --set auth.existingSecret=quay-db"),
        readme=exported(readme="First set `API_KEY=...` and `TOKEN=sk-...`"),
    ),
    *rows(
        RULE,
        "breach",
        password=tagged(db__password=PASSWORD),
        words_with_a_figure=tagged(password="copper-anchor-77"),
        said_within_a_word=tagged(password="Autobahn99"),
        long=described("password: long-Gone-77"),
        word_with_a_figure=tagged(Password="summer2024"),
        token=tagged(owner=_TOKEN),
        drawn=tagged(api__key="x9fK2mQpL7vB3nZ1"),
        machines=_FLEET,
        all_of_a_provider=default(token=_TOKEN),
        description=described(f"Orders. Password: {PASSWORD}"),
        sentence=described("the admin password is summer2024, ask Ann"),
        key=described(f"used with {_KEY}"),
    ),
    *rows(
        RULE,
        "undecided",
        sealed=tagged(password=SEALED),
        made=(MADE, r(QUEUE, refs={"tags.password": "made.result"})),
        described=described(SEALED),
    ),
    *rows(
        RULE,
        "ok",
        of_another=(VPC, r(QUEUE, refs={"tags.vpc": "net.id"})),
        names=tagged(Name="orders", owner="quay", env="prod", cost__center="CC-1234"),
        of_a_secret=tagged(secret="orders-db-2", password__secret="quay/prod/db", token="v2-legacy"),
        switch=tagged(password__rotation="30d", secret="true", credential="rotate"),
        none=r(QUEUE),
        provider=default(owner="quay"),
        basic=described("Basic authentication-service-for-orders of the shop"),
        prose=described("Rotates the password: see the runbook, every 30 days"),
        rotated=tagged(password="rotated-30d"),
        ticket=tagged(admin__password="OPS-1234"),
        legacy=tagged(password="v2-legacy"),
        hashed=described("The password is sha256-hashed"),
        digits=described("The password is 16-digit, db password: 90-day rotation"),
        generated=described("The admin password is auto-generated2"),
        standard=described("Password: NIST800-63B, passwords: ISO27001, password: AES256"),
        protocol=described("Password: TLSv1.2, password = IAM/SCRAM-SHA-512, password: LDAPv3"),
        range=described("password: 14..128chars, password: >=14chars"),
        length=described("Password length: 32 characters, token type is JWT2"),
    ),
]
