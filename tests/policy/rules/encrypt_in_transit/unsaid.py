"""Rows of the family encrypt-in-transit: what AWS makes of a thing that says nothing, and what says it elsewhere."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import OTHER, Row, r, unknown
from tests.policy.engine import Declared

_MSK = "msk/cluster:Cluster"
_CLASSIC = "elb/loadBalancer:LoadBalancer"
_GLUE = "glue/connection:Connection"
HTTPS = [{"lbPort": 443, "lbProtocol": "https", "instancePort": 8443, "instanceProtocol": "https"}]
FRONT = r(_CLASSIC, "front", listeners=HTTPS)
NEGOTIATED = r(
    "elb/sslNegotiationPolicy:SslNegotiationPolicy",
    "modern",
    lbPort=443,
    attributes=[{"name": "Protocol-TLSv1.2", "value": "true"}],
    refs={"loadBalancer": "front.id"},
)


def given(port: int = 443) -> Declared:
    """A policy for a listener, by its port."""
    return r(
        "elb/listenerPolicy:ListenerPolicy",
        "pick",
        loadBalancerPort=port,
        policyNames=["modern"],
        refs={"loadBalancerName": "front.name"},
    )


def joined(kind: str, **properties: str) -> tuple[Declared, ...]:
    return (r(_GLUE, connectionType=kind, connectionProperties=properties),)


def brokers(**authentication: Any) -> tuple[Declared, ...]:
    return (r(_MSK, clientAuthentication=authentication),)


ROWS = [
    # --- brokers ---
    Row("kafka-authentication", "breach", "no way to say who one is", (r(_MSK),)),
    Row("kafka-authentication", "breach", "a way that is off", brokers(sasl={"iam": False})),
    Row("kafka-authentication", "breach", "anybody beside IAM", brokers(sasl={"iam": True}, unauthenticated=True)),
    Row("kafka-authentication", "ok", "IAM", brokers(sasl={"iam": True})),
    Row("kafka-authentication", "ok", "passwords", brokers(sasl={"scram": True})),
    Row("kafka-authentication", "ok", "certificates", brokers(tls={"certificateAuthorityArns": ["arn:aws:acm-pca:x"]})),
    Row("kafka-authentication", "undecided", "IAM", (OTHER, r(_MSK, refs=unknown("clientAuthentication.sasl.iam")))),
    # --- classic load balancers ---
    Row("classic-listener-tls", "breach", "AWS's policy of 2016", (FRONT,)),
    Row("classic-listener-tls", "breach", "a policy of another listener", (FRONT, given(8443))),
    Row("classic-listener-tls", "ok", "a policy of its own", (FRONT, given())),
    Row("classic-listener-tls", "ok", "a negotiation of its own", (FRONT, NEGOTIATED)),
    Row("classic-listener-tls", "ok", "bytes passed on", (r(_CLASSIC, listeners=[{**HTTPS[0], "lbProtocol": "tcp"}]),)),
    Row(
        "classic-listener-tls",
        "undecided",
        "a protocol that nobody knows",
        (OTHER, r(_CLASSIC, refs=unknown("listeners[0].lbProtocol"))),
    ),
    # --- jobs ---
    Row("migration-endpoint-tls", "breach", "MongoDB in clear", joined("MONGODB", CONNECTION_URL="mongodb://h/db")),
    Row(
        "migration-endpoint-tls",
        "ok",
        "MongoDB",
        joined("MONGODB", CONNECTION_URL="mongodb://h/db", JDBC_ENFORCE_SSL="true"),
    ),
    Row(
        "migration-endpoint-tls",
        "ok",
        "MongoDB by its address",
        joined("MONGODB", CONNECTION_URL="mongodb://h/db?tls=true"),
    ),
    Row(
        "migration-endpoint-tls",
        "ok",
        "Snowflake speaks nothing else",
        joined("JDBC", JDBC_CONNECTION_URL="jdbc:snowflake://acme.snowflakecomputing.com/?db=x"),
    ),
]
