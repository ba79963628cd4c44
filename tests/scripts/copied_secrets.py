"""Secrets Manager in two regions: secrets, and copies of them that can be made secrets of their own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError


@dataclass(kw_only=True)
class CopiedSecrets:
    """Each secret of the first region, with a copy in the second; what AWS's guide says of both, no more.

    A copy says what the first says, and takes no text of its own. Made a secret of its own ("promoted") it says what it
    said last, until the first is copied over it.
    """

    first: str  #: region
    second: str
    texts: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])  #: by region and name
    own: set[str] = field(default_factory=set[str])  #: names that are no copies in the second region
    rotating: set[str] = field(default_factory=set[str])  #: names of those that rotate there
    calls: list[str] = field(default_factory=list[str])  #: what was changed

    def again(self, texts: Mapping[str, str]) -> None:
        """As it is before the region is lost."""
        self.texts = {(self.first, name): text for name, text in texts.items()}
        for each in (self.own, self.rotating, self.calls):
            each.clear()

    def text(self, region: str, name: str) -> str:
        """What a secret says in a region."""
        if (self.first, name) not in self.texts:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": name}}, "any")
        return self.texts[region if region == self.first or name in self.own else self.first, name]

    def answer(self, operation: str, region: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """What Secrets Manager answers."""
        name = asked["SecretId"]
        text, copy = self.text(region, name), region == self.second and name not in self.own
        if operation == "GetSecretValue":
            return {"SecretString": text}
        if operation == "DescribeSecret":
            return {"PrimaryRegion": self.first if copy else region, "RotationEnabled": name in self.rotating}
        self.calls.append(f"{operation} {region} {name}")
        self._change(operation, region, name, text, asked, copy=copy)
        return {}

    def _change(
        self, operation: str, region: str, name: str, text: str, asked: Mapping[str, Any], *, copy: bool
    ) -> None:
        match operation:
            case "StopReplicationToReplica" if copy:
                self.own.add(name)
                self.texts[region, name] = text
            case "PutSecretValue" if not copy:
                self.texts[region, name] = asked["SecretString"]
            case "CancelRotateSecret" if name in self.rotating:
                self.rotating.remove(name)
            case "ReplicateSecretToRegions" if region == self.first and name not in self.rotating:
                assert asked["ForceOverwriteReplicaSecret"] is True
                [given] = asked["AddReplicaRegions"]
                assert given["Region"] == self.second
                assert given["KmsKeyId"].startswith(f"arn:aws:kms:{self.second}:")
                self.own.remove(name)
            case _:
                raise ClientError({"Error": {"Code": "InvalidRequestException", "Message": name}}, operation)


class NeverSent:
    """What botocore wants of an answer that was never sent."""

    status_code = 200


def asked_of(params: Mapping[str, Any]) -> Any:
    """The request."""
    return json.loads(params["body"])


def logins(names: Sequence[str], host: str) -> dict[str, str]:
    """What secrets say: of the database's administrator JSON, of its users URLs, of another's key a text."""
    found: dict[str, str] = {}
    for name in names:
        word = name.split("/")[-2]
        if name.endswith("/credentials"):
            login = {"engine": "postgres", "host": host, "port": 5432, "dbname": "app", "username": "app_admin"}
            found[name] = json.dumps({**login, "password": "first-admin"}, sort_keys=True)
        else:
            found[name] = f"postgresql://{word}:first-{word}@{host}:5432/app" if "database" in name else "first-key"
    return found
