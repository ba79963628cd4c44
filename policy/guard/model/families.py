"""The families of rules and what each asks, in the order in which they are reported."""

from __future__ import annotations

from typing import Final

FAMILIES: Final = {
    "encrypt-at-rest": "Data is encrypted where it lies.",
    "encrypt-in-transit": "Data is encrypted on its way.",
    "data-subnet-public": "Data stores live where no route leads to the internet.",
    "sg-to-sg-only": "Between tiers a security group admits security groups, never addresses.",
    "internet-to-data-path": "No path leads from the internet to a data store.",
    "public-endpoint": "No data store or control plane answers on a public address.",
    "public-resource-policy": "No resource's own policy lets in everybody.",
    "s3-public-access-block": "Every bucket blocks public access.",
    "sg-open-ingress": "Security groups are open to the internet at the edge only, on the web's ports.",
    "sg-open-egress": "Data stores open no connection to the internet.",
    "nacl-open": "Network ACLs admit no administration from the internet.",
    "default-sg": "The default security group admits nothing, and nothing relies on it.",
    "subnet-auto-public-ip": "Only the edge's subnets hand out public addresses.",
    "rule-management-conflict": "One thing is managed in one place.",
    "iam-least-privilege": "Identities may do what they need, and no more.",
    "iam-trust": "A role trusts named principals under binding conditions.",
    "secret-plaintext": "Secrets stand in a secret store, never in a configuration.",
    "container-hardening": "Containers run with the least they need.",
    "compute-hardening": "Machines keep their credentials to themselves.",
    "kms-hygiene": "Keys rotate, and go slowly.",
    "logging": "What happens is written down.",
    "backup": "Data can be restored.",
    "deletion-protection": "Data goes only by intent.",
    "waf": "Public entry points stand behind a web ACL that blocks.",
    "request-hygiene": "Entry points refuse requests that two servers would read in two ways.",
    "resource-within": "What stands inside another resource is judged like any other, or named.",
    "tagging": "Resources say whose they are.",
    "budget": "What a stack costs fits its budget.",
}
