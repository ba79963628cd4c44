"""What a stack file may say about the VPN of its administrators."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.paths import ROOT
from settings.tables.table import NUMBERS, Cidr, Complaint, LogDays, Table, Word, repeated

CertificateArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]{36}$",
        examples=["arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"],
    ),
]


WIDEST: Final = 8  #: prefix of the largest network that anybody was ever assigned


class ClientVpnTable(Table):
    """Client VPN: administrators get in with a certificate and the identity provider, from admitted addresses alone."""

    cidr: Cidr = Field(description="addresses of the clients, /12 to /22, outside the VPC; another one replaces it")
    tier: Word = Field(default="private", description="the tier whose subnets it is joined to")
    zones: int = Field(default=1, ge=1, description="how many zones, from the first; each costs by the hour")
    server_certificate: CertificateArn = Field(description="ARN of its certificate in ACM, imported by hand")
    client_certificates: CertificateArn = Field(
        description="ARN of the imported certificate whose authority signs those of the clients"
    )
    saml: str = Field(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$",
        description="file with the identity provider's metadata, from the project's root; the provider asks for MFA",
        examples=["saml-client-vpn.xml"],
    )
    admits: tuple[Cidr, ...] = Field(min_length=1, description="networks that clients connect from")
    hours: Annotated[Literal[8, 10, 12, 24], NUMBERS] = Field(
        default=8, description="the longest session; AWS allows no shorter one"
    )
    log_days: LogDays = Field(default=90, description="days that the log of connections is kept")

    def metadata(self) -> str:
        """The identity provider's metadata, as saved."""
        return (ROOT / self.saml).read_text(encoding="utf-8")

    def complaints(self) -> Iterator[Complaint]:
        if not 12 <= self.cidr.prefixlen <= 22:
            yield Complaint(("cidr",), f"its prefix is /12 to /22, not /{self.cidr.prefixlen}; use one in that range")
        for index, each in enumerate(self.admits):
            if each.prefixlen < WIDEST:
                yield Complaint(("admits", index), f"{each} is half the world; name networks of /{WIDEST} or smaller")
        yield from repeated(("admits",), self.admits)
