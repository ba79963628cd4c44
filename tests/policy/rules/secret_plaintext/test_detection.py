"""What is taken for a secret, by names, by shapes and in scripts; and that ordinary values are not."""

from __future__ import annotations

import base64
import gzip
import json
import time
from typing import Any

import pytest

from guard.rules.secret_plaintext.configuration import configured
from guard.rules.secret_plaintext.detection import (
    Name,
    drawn,
    known_format,
    leads,
    literal,
    name_class,
    placeholder,
    reference,
    told,
    words,
)
from guard.rules.secret_plaintext.scripts import Hit, document, hits, in_script, layers, leaves
from tests.policy.rules.secret_plaintext.invented import SURE
from tests.rows import for_each

PASSWORD = "Copper-Anchor-77"
HALF = ("SENDGRID_KEY", "SALT", "X-Origin-Verify", "AUTHORIZATION", "LICENSE_KEY", "SESSION", "PIN")
NONE = (
    "", "LOG_LEVEL", "PASSWORD_MIN_LENGTH", "SECRET_NAME", "TOKEN_TTL_SECONDS", "DB_SECRET_ARN", "PASSWORD_RESET_URL",
    "PASSWORD_HASH_ALGORITHM", "SECRET_ROTATION_LAMBDA_ARN", "TOKEN_ISSUER", "API_KEY_ID", "CREDENTIALS_FILE",
    "ACCESS_TOKEN_VALIDITY", "MAX_TOKENS", "NEXT_TOKEN", "PUBLIC_KEY", "PARTITION_KEY", "CACHE_KEY", "S3_OBJECT_KEY",
    "KMS_KEY", "KEYBOARD_LAYOUT", "SECRETARY", "TOKENIZER", "COMPASS", "BYPASS", "PASS_RATE", "PASSPORT_COUNTRY",
    "AUTH_ENABLED", "SESSION_COOKIE_NAME", "HASHED", "MONKEY", "PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL",
    "PASSWORD_ENCRYPTION", "SASL_PASSWORD_CALLBACK", "SECRETS_BACKEND", "TOKEN_REFRESH_LEEWAY",
    "STRIPE_PUBLISHABLE_KEY",
    "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "TOKEN_ENDPOINT_AUTH_METHOD",
)  # fmt: skip


@for_each(SURE)
def test_a_name_tells_of_a_secret(name: str) -> None:
    assert name_class(name) is Name.SURE


@for_each(HALF)
def test_a_name_half_tells(name: str) -> None:
    assert name_class(name) is Name.HALF


@for_each(NONE)
def test_a_name_tells_nothing(name: str) -> None:
    assert name_class(name) is Name.NONE


def test_words_of_a_name_in_every_case() -> None:
    assert (
        words("DB_PASSWORD") == words("dbPassword") == words("db-password") == words("DBPassword") == ["db", "password"]
    )
    assert words("oauth2Token") == ["oauth", "2", "token"]


@pytest.mark.parametrize(("name", "answer"), [("DB_SECRET_ARN", True), ("valueFrom", True), ("DB_SECRET", False)])
def test_a_name_of_a_reference_leads_to_a_secret(name: str, answer: bool) -> None:
    assert leads(name) is answer


# Every one invented, and written in two pieces so that a scanner of repositories leaves this file alone.
FORMATS = {
    "a private key": ["-----BEGIN RSA " + "PRIVATE KEY-----", "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----"],
    "an age key": ["AGE-SECRET-" + "KEY-1" + "Q" * 58],
    "an AWS access key": ["AKIA" + "QUAYTESTONLY1111", "ASIA" + "QUAYTESTONLY1111"],
    "a GitHub token": ["ghp_" + "a1B2" * 9, "github_pat_" + "11AAAAAAA0_" + "b" * 50],
    "a GitLab token": ["glpat-" + "a1B2c3D4e5F6g7H8i9J0"],
    "a Slack token": ["xoxb-" + "123456789012-abcdefghijkl"],
    "a Slack webhook": ["https://hooks.slack.com/" + "services/T0AAAAAAA/B0AAAAAAA/abcdefghijklmnop"],
    "a Stripe key": ["sk_live_" + "9f8e7d6c5b4a39281706f5e4", "rk_test_" + "9f8e7d6c5b4a39281706"],
    "a Google key": ["AIza" + "a1B2c" * 7],
    "a service's token": [
        "hf_" + "aBcDe" * 7,
        "dp.st." + "prd." + "a1B2" * 10,
        "Ab1Cd2Ef3Gh4Ij" + ".atlasv1." + "a1B2" * 16,
        "ATATT3" + "xFf_" * 20,
        "glsa_" + "a1B2" * 8 + "_0a1b2c3d",
        "glc_" + "a1B2" * 10,
        "fm2_" + "a1B2" * 12,
        "dt0c01." + "A1B2" * 6 + "." + "C3D4" * 16,
        "pat-" + "eu1-0a1b2c3d-0000-4111-8222-333344445555",
        "sntrys_" + "a1B2" * 12,
        "pscale_pw_" + "a1B2" * 9,
        "ntn_" + "1234" * 11,
    ],
    "a service's key": [
        "squ_" + "0a1b" * 10,
        "PMAK-" + "0a1b" * 6 + "-" + "2c3d" * 9,
        "CCIPAT_" + "a1B2" * 6 + "_" + "0a1b" * 5,
        "abC8" + "Q~" + "a1B2" * 8,
    ],
    "an npm token": ["npm_" + "a1B2" * 9],
    "a PyPI token": ["pypi-" + "AgEIcHlwaS5vcmcCJGE1" + "b" * 40],
    "a Docker token": ["dckr_pat_" + "a1B2c3D4e5F6g7H8i9J0"],
    "a SendGrid key": ["SG." + "a1B2c3D4e5F6g7H8i9J0k1" + "." + "l2M3" * 10],
    "an OpenAI or Anthropic key": ["sk-ant-" + "api03-" + "a1B2" * 8, "sk-proj-" + "a1B2" * 8],
    "a Vault token": ["hvs." + "CAESIJa1B2c3D4e5F6g7"],
    "a Pulumi token": ["pul-" + "0f" * 20],
    "a JSON web token": ["eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "c2lnbmF0dXJlLi4u"],
    "a password's hash": ["$6$" + "saltsalt$" + "a1B2" * 20, "$2b$12$" + "a" * 53],
    "an authorization header": ["Authorization: Basic " + "cXVheTpDb3BwZXItNzc=", "Bearer " + "a1B2c3D4e5F6g7H8"],
    "a URL with a password": ["postgresql://quay:" + "s3aGlass@db.internal/quay", "redis://:" + "s3aGlass@cache:6379"],
}


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in FORMATS.items() for text in texts])
def test_a_shape_is_a_secret_under_any_name_and_amid_any_text(what: str, text: str) -> None:
    assert known_format(text) == what
    assert known_format(f"export THING='{text}' # for now") == what
    assert told("THING", text) == what


@for_each(
    [
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "postgresql://db.internal:5432/quay",
        "postgresql://quay@db.internal/quay",
        "postgresql://quay:${DB_PASSWORD}@db.internal/quay",
        "postgresql://quay:<password>@db.internal/quay",
        "https://quay.example:8443/path@2x.png",
        "BAKIAQUAYTESTONLY1111",
        "Bearer ${TOKEN}",
        "basic authentication is off",
        "monkey-9f8e7d6c5b4a39281706f5e4d3c2b1a",
    ]
)
def test_a_near_miss_has_no_shape(text: str) -> None:
    assert known_format(text) == ""


@for_each(
    [
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:quay/db-AbCdEf",
        "{{resolve:secretsmanager:quay/db:SecretString:password}}",
        "${DB_PASSWORD}", "$DB_PASSWORD", "$(cat /run/secrets/db)", "`pass show db`", "%DB_PASSWORD%",
        "{{ db_password }}", "<your token>", "!Ref Password", "https://quay.example/token", "ssm:/quay/db",
        "alias/quay", "/run/secrets/db", "./secrets/db.txt", "quay/prod/db", "C:\\secrets\\db.txt", "credentials.json",
        "vault:secret/data/db#password", "#{Source.Token}", "context.authorizer.key", "method.request.header.Token",
    ]
)  # fmt: skip
def test_a_reference_is_no_secret(text: str) -> None:
    assert reference(text)
    assert told("DB_PASSWORD", text) == ""


@for_each(
    [
        PASSWORD,
        "hunter2",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "correct horse battery",
        "p4ss/w0rD+x=",
        "123456",
    ]
)
def test_a_literal_is_a_secret_under_a_sure_name(text: str) -> None:
    assert not reference(text)
    assert literal(text)
    assert told("DB_PASSWORD", text) == "a secret by its name"
    assert told("COLOUR", text) == ""


@pytest.mark.parametrize(
    "text", ["true", "Required", "14", "3600", "15m", "4096", "argon2id", "null", "", "x", "HS256"]
)
def test_a_setting_is_no_secret(text: str) -> None:
    assert not literal(text)
    assert told("DB_PASSWORD", text) == ""


@pytest.mark.parametrize(
    "text", ["changeme", "CHANGE_ME", "set-elsewhere", "placeholder", "<redacted>", "TODO", "xxxxxxxx", "***", "dummy"]
)
def test_a_placeholder_is_no_secret(text: str) -> None:
    assert not literal(text)


@pytest.mark.parametrize("text", ["Mastodon-77", "reinitialized", "asset-by-9", PASSWORD])
def test_what_only_contains_a_placeholder_is_none(text: str) -> None:
    assert not placeholder(text)


def test_an_identifier_is_a_secret_where_the_name_calls_it_one() -> None:
    some = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    assert told("CLIENT_SECRET", some) == told("API_KEY", some) == "a secret by its name"
    assert told("TENANT", some) == told("ENCRYPTION_KEY", some) == ""  # KMS calls its keys so


def test_brackets_without_end_are_no_document() -> None:
    assert document("[" * 50_000) is None
    assert list(hits("[" * 50_000)) == []


def test_the_name_of_a_secret_is_none() -> None:
    assert told("DB_SECRET", "quay-db-credentials") == ""
    assert told("DB_PASSWORD", "quay-db-password") == "a secret by its name"


@pytest.mark.parametrize("text", ["a8Kd92mZq0Lx7Rt3Vb5N", "9f8e7d6c5b4a39281706f5e4", "x7-9f8e7d6c5b4a3928"])
def test_half_a_name_and_a_random_value_are_a_secret(text: str) -> None:
    assert drawn(text)
    assert told("SENDGRID_KEY", text) == "a secret by its name, and random"
    assert told("COLOUR", text) == ""


@for_each(
    [
        "quay-prod-uploads-eu-west-1-111122223333", "customerOrderIdentifierV2", "2.17.0-rc.1+build.77",
        "aaaaaaaaaaaaaaaa", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "111122223333", "Mon, 02 Jan 2006 15:04:05 GMT",
        "m7g.2xlarge",
    ]
)  # fmt: skip
def test_half_a_name_and_an_ordinary_value_are_none(text: str) -> None:
    assert not drawn(text)
    assert told("SENDGRID_KEY", text) == ""


BAD_SCRIPTS = {
    "export DB_PASSWORD=Copper-Anchor-77": "DB_PASSWORD",
    "DB_PASSWORD = 'Copper-Anchor-77'": "DB_PASSWORD",
    "password: Copper-Anchor-77  # yaml": "password",
    '{"password":"Copper-Anchor-77"}': "password",
    '{"password": 3141592653, "user": "quay"}': "password",
    "<password>Copper-Anchor-77</password>": "password",
    "$env:DB_PASSWORD = 'Copper-Anchor-77'": "DB_PASSWORD",
    "serve --db-password Copper-Anchor-77": "db-password",
    "serve --db-password=Copper-Anchor-77": "db-password",
    "docker run -e POSTGRES_PASSWORD=Copper-Anchor-77 db": "POSTGRES_PASSWORD",
    "jdbc:mysql://db/quay?user=quay&password=Copper-Anchor-77": "password",
    "Server=db;User Id=quay;Password=Copper-Anchor-77;": "Password",
    "java -Djavax.net.ssl.keyStorePassword=Copper-Anchor-77": "Djavax.net.ssl.keyStorePassword",
    "echo 'root:Copper-Anchor-77' | chpasswd": "chpasswd",
    "echo Copper-Anchor-77 | sudo passwd --stdin quay": "passwd",
    "sshpass -p Copper-Anchor-77 ssh quay@host": "sshpass",
    "curl -s -u quay:Copper-Anchor-77 https://quay.example": "curl",
    "mysql -h db -u root -pCopper-Anchor-77 quay": "mysql",
    "redis-cli -h cache -a Copper-Anchor-77 ping": "redis-cli",
    "docker login -u quay -p Copper-Anchor-77 registry.example": "docker login",
    "aws configure set aws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "aws configure",
    "net user quay Copper-Anchor-77 /add": "net user",
    'ConvertTo-SecureString "Copper-Anchor-77" -AsPlainText -Force': "ConvertTo-SecureString",
    "CREATE USER quay IDENTIFIED BY 'Copper-Anchor-77';": "SQL",
}
GOOD_SCRIPTS = (
    "DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id quay/db --query SecretString --output text)",
    'TOKEN=$(curl -X PUT "$IMDS/latest/api/token" -H "X-aws-ec2-metadata-token-ttl-seconds: 21600")',
    'curl -H "X-aws-ec2-metadata-token: $TOKEN" http://169.254.169.254/latest/meta-data/',
    "aws ecr get-login-password | docker login --username AWS --password-stdin registry.example:5000",
    "aws ssm get-parameter --name /quay/db/password --with-decryption",
    "resources: [arn:aws:secretsmanager:eu-west-1:111122223333:secret:quay/db]",
    "# password=Copper-Anchor-77 is no longer used",
    "ssh_pwauth: false\nlock_passwd: true\nPasswordAuthentication no",
    "password = get_password()", "password=args.password", "token = os.environ['TOKEN']",
    "const token = request.token;", "password=db_password", "mysql -u root -p < a.sql",
    "secret: {{resolve:secretsmanager:quay:SecretString:password}}",
    'mysql -u root -p"$DB_PASSWORD"', "MasterUserPassword: !Ref DBPassword", "token_type: bearer", "passwd -l root",
    'echo "Fetching the secret: please wait"', "curl -fsSL https://example.com/key.gpg | apt-key add -",
    "env:\n  secrets-manager:\n    TOKEN: quay:token\n    KEY: quay:key\n  shell: bash",
    "if [ $PASSWORD == secret1 ]; then",
    '{"aaa-pwd": false}', '{"rotate-password": true, "user": "quay"}', "{password: null, user: quay}", '[{"pwd": 3}]',
)  # fmt: skip


@pytest.mark.parametrize(("text", "name"), BAD_SCRIPTS.items())
def test_a_script_gives_a_secret_away(text: str, name: str) -> None:
    assert [hit.name for hit in in_script(f"#!/bin/sh\nset -eu\n{text}\n")] == [name]


@for_each(GOOD_SCRIPTS)
def test_a_script_fetches_its_secrets(text: str) -> None:
    assert list(in_script(text)) == []


def test_what_is_encoded_is_read() -> None:
    plain = f"#!/bin/bash\nexport ADMIN_PASSWORD={PASSWORD}\n"
    once = base64.b64encode(plain.encode()).decode()
    packed = base64.b64encode(gzip.compress(plain.encode())).decode()
    lines = "\n".join(once[at : at + 20] for at in range(0, len(once), 20))
    wrapped = base64.encodebytes(plain.encode() * 3).decode()
    for text in (once, packed, wrapped, f"content: {once}", base64.b64encode(once.encode()).decode()):
        assert Hit("ADMIN_PASSWORD", "a secret by its name") in list(in_script(text)), text
    assert list(in_script(lines)) == []  # too short to tell from words


def test_a_bomb_does_not_go_off() -> None:
    bomb = base64.b64encode(gzip.compress(b"a" * 50_000_000)).decode()
    started = time.perf_counter()
    assert sum(len(layer) for layer in layers(bomb)) < 1_000_000
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "text", ["A" * 250_000, "a_" * 125_000, "curl " * 50_000, "key: v\n" * 35_000, "((((" * 60_000]
)
def test_long_texts_take_no_more_than_seconds(text: str) -> None:
    started = time.perf_counter()
    list(in_script(text))
    assert time.perf_counter() - started < 10


def test_data_are_read_by_keys_and_pairs() -> None:
    data: dict[str, Any] = {
        "environment": [
            {"name": "DB_PASSWORD", "value": PASSWORD},
            {"Name": "API_TOKEN", "Value": "f9e8d7c6"},
            {"name": "NPM_TOKEN", "value": "npm:token", "type": "SECRETS_MANAGER"},
            {"name": "LOG_LEVEL", "value": "info"},
        ],
        "secrets": [{"name": "CLIENT_SECRET", "valueFrom": "arn:aws:ssm:eu-west-1:111122223333:parameter/x"}],
        "command": ["serve", "--token", PASSWORD],
        "options": {"splunk-token": PASSWORD},
    }
    found = ["DB_PASSWORD", "API_TOKEN", "token", "splunk-token"]
    assert [hit.name for hit in hits(data)] == found
    assert [hit.name for hit in hits(json.dumps([data]))] == found


def test_unknown_values_keep_their_names() -> None:
    from guard.model.graph import UNKNOWN

    assert list(leaves({"A": UNKNOWN, "B": [{"name": "C", "value": UNKNOWN}]})) == [("A", UNKNOWN), ("C", UNKNOWN)]
    assert list(hits({"DB_PASSWORD": UNKNOWN})) == []


def test_the_configuration_is_known_word_for_word() -> None:
    text = json.dumps({"quay:db": json.dumps({"password": PASSWORD, "ports": ["5432"]}), "quay:name": "quay"})
    assert {PASSWORD, "5432", "quay"} <= configured(text)
    assert configured("") == configured("no JSON") == frozenset()
