#!/usr/bin/env bash
# moto finds the tags of a backup vault or plan only where the path of ListTags ends with a slash. botocore's model of the API
# has one, so every test with boto3 passes; Terraform's provider (5.100, on AWS's SDK for Go) sends none. To it the same vault
# has no tags at all: no error, so each plan wants to write them again. moto takes a fixed part of the path, counted from its
# end, for the ARN.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check 'moto[server]==5.2.5' boto3==1.44.8 botocore==1.44.8
cat > "$work/tags.py" <<'PY'
import sys
from importlib.metadata import version
from urllib.parse import quote
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
url = f"http://{host}:{port}"
client = boto3.client("backup", "us-east-1", endpoint_url=url, aws_access_key_id="a", aws_secret_access_key="b")
arn = client.create_backup_vault(BackupVaultName="first", BackupVaultTags={"Owner": "us"})["BackupVaultArn"]
path = client.meta.service_model.operation_model("ListTags").http["requestUri"]
known = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20261129/us-east-1/backup/aws4_request, SignedHeaders=host, Signature=0"}


def asked(end):
    try:
        with urlopen(Request(f"{url}/tags/{quote(arn, safe='')}{end}", headers=known)) as answer:
            return answer.status, answer.read().decode()
    except OSError as error:
        return getattr(error, "code", 0), str(error)


print("moto", version("moto"), "botocore", version("botocore"), "| path of ListTags:", path)
print("botocore:", client.list_tags(ResourceArn=arn)["Tags"])
with_, without = asked("/"), asked("")
print("with the slash:", with_)
print("without:", without)
server.stop()
sys.exit(0 if "Owner" in with_[1] and "Owner" not in without[1] else 1)
PY
"$work/venv/bin/python" "$work/tags.py"
