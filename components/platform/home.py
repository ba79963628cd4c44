"""What CloudFront makes a stack of another region own in us-east-1."""

from dataclasses import dataclass

import pulumi

from components.platform.context import Context
from components.platform.part import Part, Parts
from components.security.key import Key, KeyArgs
from settings.tables.edge import HOME
from settings.tables.security import KeyTable


@dataclass(frozen=True, kw_only=True)
class Home(Part):
    """What encrypts there."""

    key: pulumi.Output[str]  #: ARN


def home(context: Context, parts: Parts) -> Home | None:
    """Build the key of what the sites need there; in a stack that is there already it is the stack's own."""
    settings = context.settings
    if not settings.sites:
        return None
    if context.facts.region == HOME:
        return Home(key=context.key)
    args = KeyArgs(
        table=KeyTable(deletion_days=settings.key.deletion_days),
        administrators=[],
        readers=[],
        writers=[],
        protect=settings.protection.protect,
        word="home",
        region=HOME,
        names=context.names,
        facts=context.facts.at(HOME),
    )
    key = Key("home-key", args, context.options)
    return Home(key=key.arn, exports={"home_key_arn": key.arn})
