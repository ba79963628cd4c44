"""Rows of the family encrypt-in-transit: what gateways call, jobs connect to and containers mount; Oracle, Db2."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, db, parameters, r, three, unknown
from tests.policy.engine import Declared


def definition(uri: str, **more: Any) -> str:
    """An OpenAPI document with two methods, the second of them called at a given address."""
    good = {"x-amazon-apigateway-integration": {"type": "HTTP_PROXY", "uri": "https://shop.example.com"}}
    bad = {"x-amazon-apigateway-integration": {"type": "HTTP_PROXY", "uri": uri, **more}}
    return json.dumps({"openapi": "3.0.1", "paths": {"/goods": {"get": good, "post": bad}}})


_REST, _HTTP = "apigateway/restApi:RestApi", "apigatewayv2/api:Api"
_YAML = """
openapi: 3.0.1
paths:
  /goods:
    get:
      responses: {200: {description: goods}, default: {description: none}}
      x-amazon-apigateway-integration: {type: http_proxy, uri: "http://shop.example.com", httpMethod: GET}
"""
_GRAPH = "appsync/dataSource:DataSource"
_JOBS = "batch/jobDefinition:JobDefinition"


def job(setting: str | None, at: str = "containerProperties") -> Declared:
    efs = {"fileSystemId": "fs-1"} | ({"transitEncryption": setting} if setting else {})
    volumes = {"volumes": [{"name": "v", "efsVolumeConfiguration": efs}]}
    whole = volumes if at == "containerProperties" else {"taskProperties": [volumes]}
    return r(_JOBS, type="container", **{at: json.dumps(whole)})


def glue(kind: str = "JDBC", **properties: Any) -> Declared:
    return r("glue/connection:Connection", connectionType=kind, connectionProperties=properties)


_URL = "jdbc:postgresql://db.internal:5432/orders"


def oracle(*options: dict[str, Any]) -> tuple[Declared, ...]:
    group = r("rds/optionGroup:OptionGroup", "opts", engineName="oracle-se2", options=list(options))
    return group, db(engine="oracle-se2", engineVersion="19", refs={"optionGroupName": "opts.name"})


def nne(server: str) -> dict[str, Any]:
    setting = {"name": "SQLNET.ENCRYPTION_SERVER", "value": server}
    return {"optionName": "NATIVE_NETWORK_ENCRYPTION", "optionSettings": [setting]}


def db2(**values: str) -> tuple[Declared, ...]:
    group = parameters(family="db2-se-11.5", **values)
    return group, db(engine="db2-se", engineVersion="11.5", refs={"parameterGroupName": "tune.name"})


def negotiates(*attributes: tuple[str, str]) -> Declared:
    pairs = [{"name": name, "value": value} for name, value in attributes]
    return r("elb/sslNegotiationPolicy:SslNegotiationPolicy", loadBalancer="front", lbPort=443, attributes=pairs)


_NAMED = "Reference-Security-Policy"
_MSK = "msk/cluster:Cluster"
_SITE = "lightsail/distribution:Distribution"

ROWS = [
    # --- gateways ---
    Row(
        "api-backend-plain",
        "breach",
        "created at once",
        (r(_HTTP, protocolType="HTTP", target="http://shop.example.com"),),
    ),
    Row(
        "api-backend-plain",
        "ok",
        "created at once",
        (r(_HTTP, protocolType="HTTP", target="https://shop.example.com"),),
    ),
    Row("api-backend-plain", "undecided", "created at once", (OTHER, r(_HTTP, refs=unknown("target")))),
    Row(
        "api-backend-plain",
        "breach",
        "one of two in a definition",
        (r(_REST, body=definition("http://a.example.com")),),
    ),
    Row(
        "api-backend-plain",
        "breach",
        "a definition of an HTTP API",
        (r(_HTTP, body=definition("http://a.example.com")),),
    ),
    Row("api-backend-plain", "breach", "a definition in YAML", (r(_REST, body=_YAML),)),
    Row("api-backend-plain", "ok", "a definition in YAML", (r(_REST, body=_YAML.replace("http:", "https:")),)),
    Row("api-backend-plain", "ok", "a definition", (r(_REST, body=definition("https://a.example.com")),)),
    Row(
        "api-backend-plain",
        "ok",
        "a definition, inside the network",
        (r(_REST, body=definition("http://inner", connectionType="VPC_LINK")),),
    ),
    Row("api-backend-plain", "undecided", "a definition", (OTHER, r(_REST, refs=unknown("body")))),
    Row(
        "api-backend-plain",
        "breach",
        "a graph",
        (r(_GRAPH, type="HTTP", httpConfig={"endpoint": "http://a.example.com"}),),
    ),
    Row(
        "api-backend-plain",
        "ok",
        "a graph",
        (r(_GRAPH, type="HTTP", httpConfig={"endpoint": "https://a.example.com"}),),
    ),
    # --- mounts ---
    Row("task-volume-in-transit", "breach", "a job", (job("DISABLED"),)),
    Row("task-volume-in-transit", "breach", "a job, unset", (job(None),)),
    Row("task-volume-in-transit", "breach", "a job of ECS", (job("DISABLED", "ecsProperties"),)),
    Row("task-volume-in-transit", "ok", "a job", (job("ENABLED"),)),
    Row("task-volume-in-transit", "ok", "a job of ECS", (job("ENABLED", "ecsProperties"),)),
    Row("task-volume-in-transit", "undecided", "a job", (OTHER, r(_JOBS, refs=unknown("containerProperties")))),
    # --- connections ---
    Row(
        "migration-endpoint-tls",
        "breach",
        "a job: told not to",
        (glue(JDBC_CONNECTION_URL=_URL, JDBC_ENFORCE_SSL="false"),),
    ),
    Row("migration-endpoint-tls", "breach", "a job: unset", (glue(JDBC_CONNECTION_URL=_URL),)),
    Row("migration-endpoint-tls", "ok", "a job: demanded", (glue(JDBC_CONNECTION_URL=_URL, JDBC_ENFORCE_SSL="true"),)),
    Row(
        "migration-endpoint-tls",
        "ok",
        "a job: by its address",
        (glue(JDBC_CONNECTION_URL=f"{_URL}?sslmode=verify-full"),),
    ),
    Row("migration-endpoint-tls", "ok", "a job: a network", (glue("NETWORK"),)),
    Row("migration-endpoint-tls", "breach", "a job: Kafka", (glue("KAFKA", KAFKA_SSL_ENABLED="false"),)),
    Row("migration-endpoint-tls", "ok", "a job: Kafka, unset", (glue("KAFKA", KAFKA_BOOTSTRAP_SERVERS="b:9094"),)),
    Row(
        "migration-endpoint-tls",
        "undecided",
        "a job",
        (OTHER, r("glue/connection:Connection", connectionType="JDBC", refs=unknown("connectionProperties"))),
    ),
    # --- databases ---
    Row("oracle-tls", "breach", "no options", (db(engine="oracle-se2", engineVersion="19"),)),
    Row("oracle-tls", "breach", "other options", oracle({"optionName": "STATSPACK"})),
    Row("oracle-tls", "breach", "left to the client", oracle(nne("ACCEPTED"))),
    Row("oracle-tls", "ok", "native encryption", oracle(nne("REQUIRED"))),
    Row("oracle-tls", "ok", "one of two options", oracle({"optionName": "STATSPACK"}, {"optionName": "SSL"})),
    Row("oracle-tls", "ok", "another engine", (db(),)),
    Row("oracle-tls", "undecided", "a group elsewhere", (db(engine="oracle-ee", optionGroupName="theirs"),)),
    Row("database-tls", "breach", "Db2", (db(engine="db2-se", engineVersion="11.5"),)),
    Row("database-tls", "breach", "Db2, beside TLS", db2(DB2COMM="TCPIP,SSL")),
    Row("database-tls", "ok", "Db2", db2(DB2COMM="SSL")),
    # --- balancers ---
    Row(
        "classic-listener-tls",
        "breach",
        "one of two protocols",
        (negotiates(("Protocol-TLSv1.2", "true"), ("Protocol-TLSv1", "true")),),
    ),
    Row("classic-listener-tls", "breach", "by name", (negotiates((_NAMED, "ELBSecurityPolicy-2016-08")),)),
    Row("classic-listener-tls", "ok", "by name", (negotiates((_NAMED, "ELBSecurityPolicy-TLS-1-2-2017-01")),)),
    Row(
        "classic-listener-tls",
        "ok",
        "switched off",
        (negotiates(("Protocol-TLSv1", "false"), ("Protocol-TLSv1.2", "true")),),
    ),
    Row(
        "classic-listener-tls",
        "undecided",
        "",
        (
            OTHER,
            r(
                "elb/loadBalancerPolicy:LoadBalancerPolicy",
                policyTypeName="SSLNegotiationPolicyType",
                policyAttributes=[{"name": _NAMED}],
                refs=unknown("policyAttributes[0].value"),
            ),
        ),
    ),
    *three(
        "kafka-authentication",
        _MSK,
        {"clientAuthentication": {"sasl": {"iam": True}}},
        {"clientAuthentication": {"sasl": {"iam": True}, "unauthenticated": True}},
        "clientAuthentication.unauthenticated",
    ),
    *three(
        "small-site-origin-plain",
        _SITE,
        {"origin": {"protocolPolicy": "https-only"}},
        {"origin": {"protocolPolicy": "http-only"}},
        "origin.protocolPolicy",
    ),
    Row("small-site-origin-plain", "breach", "unset", (r(_SITE, origin={"name": "shop"}),)),
]
