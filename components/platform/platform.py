"""The platform: what the tables of one stack file ask for."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.platform.concerns import CONCERNS
from components.platform.context import Context, start
from components.platform.identity import identity
from components.platform.part import Parts
from settings.settings import Settings


class Platform:
    """One stack: the components that its tables ask for.

    `config_secrets` holds values from `pulumi config set --secret`, by their key in the stack file.
    `exports` is what a user needs next: URLs, endpoints, ARNs, names.
    """

    exports: Mapping[str, Any]

    def __init__(self, settings: Settings, config_secrets: Mapping[str, pulumi.Output[str]]) -> None:
        begun = start(settings, config_secrets)
        roles_and_key = identity(begun)
        context, parts = Context(key=roles_and_key.key, **vars(begun)), Parts([roles_and_key])
        for concern in CONCERNS:
            parts = parts.having(concern(context, parts))
        self.exports = {name: value for part in parts for name, value in part.exports.items()}
