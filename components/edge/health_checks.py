"""Health checks: Route 53 asks each public name, from all over the world, as its users do."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component


@dataclass(frozen=True, kw_only=True)
class HealthChecksArgs(Args):
    """The names, and what they are asked for."""

    hosts: Mapping[str, pulumi.Input[str]]  #: whom to ask, by the word that names what is made for it
    paths: Mapping[str, str]  #: what each is asked for, by that word


class HealthChecks(Component):
    """What a public name's users see: DNS, certificate, load balancer and service in one.

    Where the name may lead to another region, the load balancer is asked by its own name: the check is of this region.
    It does not mind that the certificate has another name (Route 53's guide, how it determines health).

    Creates a check by HTTPS for each name.
    """

    ids: Mapping[str, pulumi.Output[str]]  #: by the name's word

    def __init__(self, name: str, args: HealthChecksArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.ids = {word: self._check(args, word, host).id for word, host in args.hosts.items()}
        self.register_outputs({"ids": dict(self.ids)})

    def _check(self, args: HealthChecksArgs, word: str, host: pulumi.Input[str]) -> aws.route53.HealthCheck:
        return aws.route53.HealthCheck(
            self.child(word),
            type="HTTPS",
            fqdn=host,
            port=443,
            resource_path=args.paths[word],
            request_interval=30,
            failure_threshold=3,
            tags=self.named(args.names.of("health", word)),
            opts=self.owned(),
        )
