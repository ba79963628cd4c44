"""Rows of the family secret-plaintext: scripts. Every password, key and token is invented."""

from __future__ import annotations

import base64
import gzip
import json

from tests.policy.declare import r
from tests.policy.engine import Declared
from tests.policy.rules.secret_plaintext.literals import BUILD, MACHINE, PASSWORD, PEM, encoded, rows

MOULD = "ec2/launchTemplate:LaunchTemplate"


def script(text: str) -> Declared:
    return r(MACHINE, userData=text)


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


FILE = f"#cloud-config\nwrite_files:\n- encoding: b64\n  content: {encoded(f'DB_PASSWORD={PASSWORD} # for now')}\n"
PARTS = (
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(f"#!/bin/sh\necho starting up now\nexport DB_PASSWORD={PASSWORD}\n".encode()).decode()
    + "\n--b--\n"
)
FETCHED = """#!/bin/bash
# the password: see the runbook
TOKEN=$(curl -sX PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 60")
DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id quay/prod/db --query SecretString --output text)
aws ecr get-login-password | docker login --username AWS --password-stdin 111122223333.dkr.ecr.eu-west-1.amazonaws.com
mysql -u root -p"$DB_PASSWORD" < schema.sql
PASSWORD_FILE=/run/secrets/db
"""


ROWS = [
    *rows(
        "secret-in-script",
        "breach",
        plain=script(f"#!/bin/sh\nexport DB_PASSWORD={PASSWORD}\n"),
        base64=r(MOULD, userData=encoded(f"#!/bin/sh\nexport ADMIN_PASSWORD={PASSWORD}\n")),
        gzip=r(MACHINE, userDataBase64=packed(f"#!/bin/sh\nexport ADMIN_PASSWORD={PASSWORD}\n")),
        cloud_init=script(f"#cloud-config\npassword: {PASSWORD}\nssh_pwauth: true\n"),
        a_file_within=script(FILE),
        a_part_within=script(PARTS),
        an_option=script(f"vault-agent --token {PASSWORD}"),
        a_command=script(f"echo 'root:{PASSWORD}' | chpasswd"),
        a_URL=script(f"git clone https://ci:{PASSWORD}@git.example/quay.git"),
        a_key=script(f"cat > /root/.ssh/id <<X\n{PEM}\nX\n"),
        PowerShell=script(f"<powershell>\n$env:DB_PASSWORD = '{PASSWORD}'\n</powershell>"),
        a_document=r(
            "ssm/document:Document",
            documentType="Command",
            content=json.dumps({"mainSteps": [{"inputs": {"runCommand": [f"export API_TOKEN={PASSWORD}"]}}]}),
        ),
        a_function_of_a_CDN=r("cloudfront/function:Function", code=f"const secret = '{PASSWORD}';"),
        a_build_file=r(
            BUILD, source={"type": "NO_SOURCE", "buildspec": f"env:\n  variables:\n    TOKEN: {PASSWORD}\n"}
        ),
        a_state_machine=r(
            "sfn/stateMachine:StateMachine", definition=json.dumps({"Parameters": {"Password": PASSWORD}})
        ),
        a_notebook=r(
            "sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
            onStart=encoded(f"export GIT_TOKEN={PASSWORD}\n"),
        ),
    ),
    *rows(
        "secret-in-script",
        "ok",
        fetched_at_the_start=script(FETCHED),
        fetched_in_base64=r(MOULD, userData=encoded(FETCHED)),
        a_template=script("#cloud-config\npassword: {{ ds.meta_data.password }}\nchpasswd: {expire: false}\n"),
        none=r(MACHINE),
        a_build_file_with_references=r(
            BUILD, source={"type": "NO_SOURCE", "buildspec": "env:\n  secrets-manager:\n    TOKEN: quay/ci:token\n"}
        ),
        code=r("cloudfront/function:Function", code="var token = event.request.headers.authorization.value;"),
    ),
]
