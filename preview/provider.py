"""What the AWS provider makes of a registration: completed inputs, and outputs as far as a preview can know them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from preview import answers
from preview.shapes import shape
from preview.wire import UNKNOWN, Object, has_unknown

#: Where a physical name that the provider makes is not called `name` (pulumi-aws provider/resources.go, AutoName).
NAMED_OTHERWISE = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:s3/bucketV2:BucketV2": "bucket",
    "aws:elasticache/cluster:Cluster": "clusterId",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
    "aws:msk/cluster:Cluster": "clusterName",
}

#: Text that the provider puts where the program has none (the same file, managedByPulumi), and where.
MANAGED = "Managed by Pulumi"
MANAGED_PROPERTIES = ("description", "comment", "optionGroupDescription")


@dataclass(frozen=True)
class Provider:
    """The settings of a provider that show in its resources."""

    region: str = "us-east-1"
    account: str = answers.ACCOUNT
    default_tags: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Provider":
        """From a provider's inputs or the stack's `aws:` settings, which carry structures as JSON text."""
        accounts = _structure(settings.get("allowedAccountIds"), [])
        return cls(
            region=settings.get("region") or cls.region,
            account=accounts[0] if accounts else cls.account,
            default_tags=_structure(settings.get("defaultTags"), {}).get("tags") or {},
        )


def _structure(value: Any, otherwise: Any) -> Any:
    if value is None or has_unknown(value):
        return otherwise
    return json.loads(value) if isinstance(value, str) else value


def suffix(urn: str) -> str:
    """Seven hexadecimal digits, as a made name ends; the same for the same resource in every recording."""
    return hashlib.sha256(urn.encode()).hexdigest()[:7]


def check(token: str, name: str, urn: str, inputs: Object, provider: Provider) -> Object:
    """The inputs as the provider's Check leaves them: names made, documents as text, tags merged."""
    if not token.startswith("aws:"):
        return inputs
    known = shape(token)
    complete = {key: _text(value) if known.returned.get(key) is str else value for key, value in inputs.items()}
    made = NAMED_OTHERWISE.get(token, "name")
    if made in known.computed & known.settable and made not in inputs and f"{made}Prefix" not in inputs:
        plain = name.lower() if token in NAMED_OTHERWISE else name
        complete[made] = f"{plain}-{suffix(urn)}"
    for described in MANAGED_PROPERTIES:
        if described in known.computed & known.settable:
            complete.setdefault(described, MANAGED)
    if "tagsAll" in known.returned:
        tags = inputs.get("tags", {})
        complete["tagsAll"] = UNKNOWN if tags == UNKNOWN else {**provider.default_tags, **tags}
    return complete


def _text(value: Any) -> Any:
    """A document that the program gave as a structure, as the canonical JSON text that AWS gets."""
    if not isinstance(value, dict | list):
        return value
    return UNKNOWN if has_unknown(value) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def planned(token: str, inputs: Object, provider: Provider) -> Object:
    """The outputs of a resource that does not exist yet: what was set, and unknown whatever AWS decides."""
    known = shape(token)
    unset = dict.fromkeys(sorted(known.computed - set(inputs)), UNKNOWN)
    if token.startswith("aws:") and "region" in unset:
        unset["region"] = provider.region  # planned by the provider itself (v7, enhanced region support)
    return {**inputs, **unset, "id": UNKNOWN}


def created(token: str, name: str, urn: str, inputs: Object, provider: Provider) -> Object:
    """The outputs of a resource that exists: what was set, and values of real shape for the rest."""
    owner = answers.Owner(token, name, urn, inputs, inputs.get("region") or provider.region, provider.account)
    known = shape(token)
    unset = sorted(known.computed - set(inputs))
    return {**answers.outputs(owner, known, unset), **inputs, "id": answers.identifier(owner)}
