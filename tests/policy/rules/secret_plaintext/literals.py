"""Rows of the family secret-plaintext. Every password, key and token is invented."""

from __future__ import annotations

import base64
import json
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from tests.policy.declare import OTHER, Row, Verdict, r
from tests.policy.engine import Declared

TASK = "ecs/taskDefinition:TaskDefinition"
FUNCTION = "lambda/function:Function"
BUILD = "codebuild/project:Project"
MACHINE = "ec2/instance:Instance"
PARAMETER = "ssm/parameter:Parameter"
VERSION = "secretsmanager/secretVersion:SecretVersion"

PASSWORD = "Copper-Anchor-77"
SEALED = UNKNOWN_STRING_VALUE  # in an exported state: unknown, and nothing behind it
PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBkNOTAREALKEYxxxxxxxxxxxx\n-----END EC PRIVATE KEY-----"


def rows(rule: str, verdict: Verdict, **stacks: Declared | tuple[Declared, ...]) -> list[Row]:
    return [
        Row(rule, verdict, about.replace("_", " "), one if isinstance(one, tuple) else (one,))
        for about, one in stacks.items()
    ]


def env(**variables: Any) -> Declared:
    return r(FUNCTION, environment={"variables": variables})


def task(*environment: tuple[str, str], **more: Any) -> Declared:
    pairs = [{"name": name, "value": value} for name, value in environment]
    return r(TASK, family="quay", containerDefinitions=json.dumps([{"name": "app", "environment": pairs, **more}]))


def build(*variables: dict[str, str]) -> Declared:
    return r(
        BUILD, environment={"computeType": "x", "image": "x", "type": "x", "environmentVariables": list(variables)}
    )


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def parameter(name: str, value: str, kind: str = "String") -> Declared:
    return r(PARAMETER, name=name, type=kind, value=value)


SECRET = r("secretsmanager/secret:Secret", "pin")
KEPT = r(VERSION, "pinv", refs={"secretId": "pin.id"}, secretStringWo="set-elsewhere", secretStringWoVersion=1)
SECURE = r(PARAMETER, "safe", type="SecureString", value="Copper-Anchor-78")
CLEAR = r(PARAMETER, "clear", type="String", value="eu-west-1")
MADE = Declared("made", "random:index/randomPassword:RandomPassword", {"length": 32})
SIGNER = Declared("signer", "tls:index/privateKey:PrivateKey", {"algorithm": "ED25519"})
USER = r("iam/accessKey:AccessKey", "keys", user="ci")


def given(token: str, refs: dict[str, str], *behind: Declared, **props: Any) -> tuple[Declared, ...]:
    return (*behind, r(token, refs=refs, **props))


ROWS = [
    *rows(
        "secret-in-environment",
        "breach",
        a_function=env(DB_PASSWORD=PASSWORD),
        camel_case=env(dbPassword="hunter2"),
        a_connection=env(DATABASE_URL=f"postgresql://quay:{PASSWORD}@db.internal/quay"),
        a_connection_without_user=env(CACHE=f"rediss://:{PASSWORD}@cache.internal:6379"),
        a_connection_in_words=env(DSN=f"host=db user=quay password={PASSWORD}"),
        a_key_in_PEM=env(SIGNER=PEM),
        a_key_in_base64=env(SIGNER=encoded(PEM)),
        settings_in_JSON=env(SETTINGS=json.dumps({"db": {"user": "quay", "password": PASSWORD}})),
        a_name_that_half_tells=env(SENDGRID_KEY="a8Kd92mZq0Lx7Rt3Vb5N"),
        an_access_key=env(CI="AKIAQUAYTESTONLY1111"),
        an_identifier_as_a_secret=env(CLIENT_SECRET="7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        a_task=task(("PAYMENTS_API_TOKEN", "pk_live_9f8e7d6c5b4a39281706f5e4")),
        a_command_of_a_task=task(command=["serve", "--db-password", PASSWORD]),
        an_option_of_a_log_driver=task(
            logConfiguration={"logDriver": "splunk", "options": {"splunk-token": "9f8e7d6c5b4a39281706f5e4"}}
        ),
        the_second_container=r(
            TASK,
            family="quay",
            containerDefinitions=json.dumps(
                [{"name": "a"}, {"environment": [{"name": "API_KEY", "value": "k2-f9e8"}]}]
            ),
        ),
        a_daemon=r(
            "ecs/daemonTaskDefinition:DaemonTaskDefinition",
            containerDefinitions=[{"name": "a", "environments": [{"name": "API_KEY", "value": "k2-f9e8"}]}],
        ),
        a_build=build({"name": "NPM_TOKEN", "value": "npm-f9e8d7"}),
        a_build_in_plain_text=build({"name": "NPM_TOKEN", "value": "npm-f9e8d7", "type": "PLAINTEXT"}),
        a_job=r(
            "batch/jobDefinition:JobDefinition",
            type="container",
            containerProperties=json.dumps({"environment": [{"name": "DB_PASSWORD", "value": PASSWORD}]}),
        ),
        an_app=r("amplify/app:App", environmentVariables={"AUTH_SECRET": PASSWORD}),
        a_runner=r(
            "apprunner/service:Service",
            sourceConfiguration={
                "imageRepository": {"imageConfiguration": {"runtimeEnvironmentVariables": {"DB_PASSWORD": PASSWORD}}}
            },
        ),
        a_beanstalk=r(
            "elasticbeanstalk/environment:Environment",
            settings=[{"namespace": "aws:rds:dbinstance", "name": "DBPassword", "value": PASSWORD}],
        ),
        a_stage=r("apigateway/stage:Stage", variables={"backendToken": "f9e8d7c6"}),
        a_job_of_Glue=r("glue/job:Job", defaultArguments={"--db_password": PASSWORD}),
        a_pipeline=r(
            "codepipeline/pipeline:Pipeline",
            stages=[{"name": "Source"}, {"actions": [{"configuration": {"OAuthToken": "f9e8d7c6b5"}}]}],
        ),
        a_target=r(
            "cloudwatch/eventTarget:EventTarget",
            input=json.dumps({"containerOverrides": [{"environment": [{"name": "API_TOKEN", "value": "f9e8d7"}]}]}),
        ),
    ),
    *rows(
        "secret-in-environment",
        "ok",
        settings_about_secrets=env(
            PASSWORD_MIN_LENGTH="14",
            TOKEN_TTL_SECONDS="3600",
            SECRET_ROTATION_DAYS="30",
            MAX_TOKENS="4096",
            USE_PASSWORD="false",
            PASSWORD_HASH_ALGORITHM="argon2id",
        ),
        references=env(
            DB_SECRET="arn:aws:secretsmanager:eu-west-1:111122223333:secret:quay/prod/db-AbCdEf",
            DB_PASSWORD="{{resolve:secretsmanager:quay/prod/db:SecretString:password}}",
            SECRET_NAME="quay/prod/db",
            API_TOKEN_PATH="/run/secrets/token",
            AUTH_SECRET="/quay/prod/auth",
            TOKEN_URL="https://quay.example/oauth2/token",
            CREDENTIALS="prod-db-credentials",
        ),
        other_keys=env(
            PARTITION_KEY="tenant", PUBLIC_KEY="MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
        ),
        names_that_only_sound_so=env(KEYBOARD_LAYOUT="gb", SECRETARY="Ann Miller", TOKENIZER="cl100k"),
        identifiers=env(
            UPLOADS="quay-prod-uploads-eu-west-1-111122223333",
            COMMIT="9fceb02d0ae598e95dc970b74767f19372d61af8",
            TENANT="7c9e6679-7425-40de-944b-e07fc1f90ae7",
            FLAGS=encoded(json.dumps({"checkout": True, "limit": 12, "regions": ["eu-west-1"]})),
        ),
        a_URL_with_a_user_only=env(BROKER_URL="amqps://quay@mq.internal:5671"),
        a_URL_to_be_filled_in=env(DATABASE_URL="postgresql://quay:${DB_PASSWORD}@db.internal/quay"),
        secrets_of_a_task=task(secrets=[{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:eu-west-1:1:parameter/db"}]),
        a_build_that_fetches=build({"name": "NPM_TOKEN", "value": "npm:token", "type": "SECRETS_MANAGER"}),
        a_placeholder=env(DB_PASSWORD="set-by-pipeline"),
        an_unknown_ARN=(SECRET, r(FUNCTION, refs={"environment.variables.DB_SECRET_ARN": "pin.arn"})),
    ),
    *rows(
        "secret-in-parameter",
        "breach",
        by_its_name=parameter("/quay/prod/db/password", PASSWORD),
        by_its_value=parameter("/quay/prod/dsn", f"mysql://quay:{PASSWORD}@db/quay"),
        as_another_property=r(PARAMETER, name="/quay/prod/api-token", type="String", insecureValue=PASSWORD),
        by_its_logical_name=Declared("db-password", f"aws:{PARAMETER}", {"type": "String", "value": PASSWORD}),
        in_a_list=parameter("/quay/api-keys", f"{PASSWORD},{PASSWORD}", "StringList"),
    ),
    *rows(
        "secret-in-parameter",
        "ok",
        kept=parameter("/quay/prod/db/password", PASSWORD, "SecureString"),
        a_setting=parameter("/quay/prod/password-min-length", "14"),
        in_a_folder_of_secrets=parameter("/secrets/quay/log-level", "info"),
        a_reference=parameter("/quay/prod/db-secret", "arn:aws:secretsmanager:eu-west-1:1:secret:db"),
    ),
    *rows(
        "secret-injected",
        "breach",
        into_a_function=given(FUNCTION, {"environment.variables.DB_PASSWORD": "pinv.secretString"}, SECRET, KEPT),
        under_another_name=given(FUNCTION, {"environment.variables.STORE": "pinv.secretString"}, SECRET, KEPT),
        from_a_secure_parameter=given(FUNCTION, {"environment.variables.STORE": "safe.value"}, SECRET, KEPT, SECURE),
        from_a_generator=given(FUNCTION, {"environment.variables.SALT": "made.result"}, MADE),
        beside_others=given(
            FUNCTION,
            {"environment.variables.BUCKET": "bin.id", "environment.variables.PASSPHRASE": "made.result"},
            MADE,
            r("s3/bucket:Bucket", "bin"),
        ),
        into_a_task=given(TASK, {"containerDefinitions": "made.result"}, MADE, family="quay"),
        into_a_script=given(MACHINE, {"userData": "pinv.secretString"}, SECRET, KEPT),
        into_a_parameter=given(PARAMETER, {"value": "pinv.secretString"}, SECRET, KEPT, type="String", name="/quay/x"),
        a_private_key=given(FUNCTION, {"environment.variables.PRIVATE_KEY": "signer.privateKeyPem"}, SIGNER),
        an_access_key=given(FUNCTION, {"environment.variables.AWS_SECRET_ACCESS_KEY": "keys.secret"}, USER),
        into_a_build=given(
            BUILD, {"environment.environmentVariables[0].value": "made.result"}, MADE, environment={"type": "x"}
        ),
    ),
    *rows(
        "secret-injected",
        "ok",
        the_ARN_of_a_secret=given(FUNCTION, {"environment.variables.DB_SECRET": "pin.arn"}, SECRET),
        the_ARN_of_a_version=given(FUNCTION, {"environment.variables.DB_SECRET_ARN": "pinv.arn"}, SECRET, KEPT),
        the_name_of_a_parameter=given(
            FUNCTION, {"environment.variables.TOKEN_PARAMETER": "safe.name"}, SECRET, KEPT, SECURE
        ),
        a_clear_parameter=given(FUNCTION, {"environment.variables.PLACE": "clear.value"}, CLEAR),
        a_bucket=given(FUNCTION, {"environment.variables.BUCKET": "bin.id"}, r("s3/bucket:Bucket", "bin")),
        kept_again=given(PARAMETER, {"value": "pinv.secretString"}, SECRET, KEPT, type="SecureString"),
        nothing=env(LOG_LEVEL="info"),
    ),
    *[
        Row("secret-injected", "undecided", about, stack)
        for about, stack in {
            "a password from somewhere": given(
                FUNCTION, {"environment.variables.DB_PASSWORD": "other.value"}, CLEAR, OTHER
            ),
            "an unknown environment": given(FUNCTION, {"environment.variables": "other.value"}, OTHER),
            "an unknown task": given(TASK, {"containerDefinitions": "other.value"}, OTHER),
            "a task with a secret, perhaps by its ARN": given(TASK, {"containerDefinitions": "pinv.arn"}, SECRET, KEPT),
            "an unknown script": given(MACHINE, {"userData": "other.value"}, OTHER),
            "one of a pair of keys": given(FUNCTION, {"environment.variables.SIGNER": "signer.publicKeyPem"}, SIGNER),
        }.items()
    ],
    *rows(
        "secret-in-program",
        "breach",
        a_database=r("rds/instance:Instance", password=PASSWORD),
        a_database_that_does_not_show_it=r("rds/instance:Instance", passwordWo=PASSWORD, passwordWoVersion=1),
        a_weak_one=r("rds/cluster:Cluster", masterPassword="changeme"),
        a_cache=r("elasticache/replicationGroup:ReplicationGroup", authToken=PASSWORD),
        users_of_a_cache=r("elasticache/user:User", passwords=[PASSWORD]),
        users_of_a_broker=r("mq/broker:Broker", users=[{"username": "a", "password": PASSWORD}]),
        a_warehouse=r("redshift/cluster:Cluster", masterPassword=PASSWORD),
        keys_of_the_provider=Declared(
            "west",
            "pulumi:providers:aws",
            {"accessKey": "AKIAQUAYTESTONLY1111", "secretKey": "no-real-one-but-a-literal"},
        ),
        keys_of_the_native_provider=Declared(
            "north", "pulumi:providers:aws-native", {"accessKey": "AKIAQUAYTESTONLY1111"}
        ),
        a_login=r(
            "lb/listener:Listener",
            defaultActions=[{"type": "authenticate-oidc", "authenticateOidc": {"clientSecret": PASSWORD}}],
        ),
        a_login_beside_a_reference=(
            r("lb/targetGroup:TargetGroup", "tg"),
            r(
                "lb/listener:Listener",
                defaultActions=[{"authenticateOidc": {"clientSecret": PASSWORD}}, {"type": "forward"}],
                refs={"defaultActions[1].targetGroupArn": "tg.arn"},
            ),
        ),
        a_connection_of_events=r(
            "cloudwatch/eventConnection:EventConnection", authParameters={"basic": {"password": PASSWORD}}
        ),
        a_connection_of_Glue=r(
            "glue/connection:Connection", connectionProperties={"PASSWORD": PASSWORD, "USERNAME": "a"}
        ),
        a_header=r(
            "cloudfront/distribution:Distribution",
            origins=[
                {"originId": "o", "customHeaders": [{"name": "X-Origin-Verify", "value": "9f8e7d6c5b4a39281706f5e4"}]}
            ],
        ),
        a_tunnel=r("ec2/vpnConnection:VpnConnection", tunnel1PresharedKey=PASSWORD),
        a_certificate=r("acm/certificate:Certificate", privateKey=PEM, certificateBody="x"),
        a_secret=r(VERSION, secretString=json.dumps({"username": "quay", "password": PASSWORD})),
        a_secret_in_one_word=r(VERSION, secretString=PASSWORD),
        a_document_under_its_own_names=r(VERSION, secretString=json.dumps({"stripe": "x9fK2mQpL7vB3nZ1"})),
        a_document_with_a_chosen_word=r(
            VERSION, secretString=json.dumps({"host": "db.internal", "orders": "Tr0ub&dor"})
        ),
        a_secure_parameter=parameter("/quay/db/password", PASSWORD, "SecureString"),
    ),
    *rows(
        "secret-in-program",
        "undecided",
        sealed_in_a_state=r("rds/instance:Instance", password=SEALED),
        sealed_in_a_table=r("glue/connection:Connection", connectionProperties={"PASSWORD": SEALED, "HOST": SEALED}),
        sealed_in_a_store=r(VERSION, secretString=SEALED),
    ),
    *rows(
        "secret-in-program",
        "ok",
        sealed_but_generated=given(
            "mq/broker:Broker", {"users[0].password": "made.result"}, MADE, users=[{"username": "a"}]
        ),
        managed=r("rds/instance:Instance", manageMasterUserPassword=True),
        generated=given("rds/instance:Instance", {"password": "made.result"}, MADE),
        from_a_secret=given("rds/instance:Instance", {"password": "pinv.secretString"}, SECRET, KEPT),
        a_secret_generated=given(VERSION, {"secretString": "made.result"}, MADE),
        a_placeholder=r(VERSION, secretStringWo="set-elsewhere", secretStringWoVersion=1),
        a_placeholder_to_change=r(VERSION, secretString="CHANGE_ME"),
        settings_in_a_secret=r(VERSION, secretString=json.dumps({"host": "db.internal", "port": 5432})),
        more_settings=r(
            VERSION,
            secretString=json.dumps(
                {
                    "host": "db-1.Example.com",
                    "clientId": "3kVt9XqLmA7z2",
                    "certificate": "MIIB4x9Qz7Lm2",
                    "team": "Quay-2024",
                }
            ),
        ),
        a_secure_setting=parameter("/quay/log/level", "info", "SecureString"),
        a_reference=r(
            "codebuild/sourceCredential:SourceCredential", token="arn:aws:secretsmanager:eu-west-1:1:secret:gh"
        ),
        an_emulator=Declared("local", "pulumi:providers:aws", {"accessKey": "test", "secretKey": "test"}),
        a_header_that_tells_nothing=r(
            "cloudfront/distribution:Distribution",
            origins=[{"originId": "o", "customHeaders": [{"name": "X-Forwarded-Host", "value": "quay.example"}]}],
        ),
        a_header_generated=given(
            "cloudfront/distribution:Distribution",
            {"origins[0].customHeaders[0].value": "made.result"},
            MADE,
            origins=[{"originId": "o", "customHeaders": [{"name": "X-Origin-Verify"}]}],
        ),
    ),
]
