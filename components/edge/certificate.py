"""The certificate of the stack's public names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component

Options = Sequence[aws.acm.outputs.CertificateDomainValidationOption]


@dataclass(frozen=True, kw_only=True)
class CertificateArgs(Args):
    """The names that it covers, and the zone that proves them ours."""

    hosts: Mapping[str, str]  #: by the word that names what is made for it; at least one
    zone: pulumi.Input[str]  #: id of the zone that all of them stand in
    word: str = ""  #: tells it from the stack's other certificate
    region: str | None = None  #: default: the stack's
    proven: bool = False  #: another stack's certificate of this account has the same names, and so the same records


class Certificate(Component):
    """A certificate for public names, renewed by AWS while its DNS records stay.

    Creates the certificate, a validation record for each name, and the wait until AWS has seen them. The records are
    the same for every certificate of an account with that name: a second stack makes none, or whoever of the two goes
    first would take them away from the other.
    """

    arn: pulumi.Output[str]  #: known once the certificate is valid

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        first, *others = args.hosts.values()
        physical = args.names.of("cert", *filter(None, [args.word]))
        certificate = aws.acm.Certificate(
            self.child("certificate"),
            region=args.region,
            domain_name=first,
            subject_alternative_names=others,
            validation_method="DNS",
            tags=self.named(physical),
            opts=self.owned(),
        )
        records = [
            self._record(args.zone, word, host, certificate.domain_validation_options)
            for word, host in args.hosts.items()
            if not args.proven
        ]
        valid = aws.acm.CertificateValidation(
            self.child("validation"),
            region=args.region,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn for record in records] or None,
            opts=self.owned(),
        )
        self.arn = valid.certificate_arn
        self.register_outputs({"arn": self.arn})

    def _record(
        self, zone: pulumi.Input[str], word: str, host: str, options: pulumi.Output[Options]
    ) -> aws.route53.Record:
        option = options.apply(lambda known: _of(host, known))
        return aws.route53.Record(
            self.child("proof", word),
            zone_id=zone,
            name=option.apply(lambda it: it.resource_record_name or ""),
            type=option.apply(lambda it: it.resource_record_type or ""),
            records=[option.apply(lambda it: it.resource_record_value or "")],
            ttl=300,
            # Another certificate for the same name has the same record.
            allow_overwrite=True,
            opts=self.owned(),
        )


def _of(host: str, options: Options) -> aws.acm.outputs.CertificateDomainValidationOption:
    """The validation option of one name. AWS lists them in any order."""
    return next((option for option in options if option.domain_name == host), options[0])
