"""The stack file's secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.handles import StoredSecret
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.security.secrets import Secrets, SecretsArgs


@dataclass(frozen=True, kw_only=True)
class StoredSecrets(Part):
    """The secrets by path."""

    secrets: Mapping[str, StoredSecret]


def secrets(context: Context, parts: Parts) -> StoredSecrets:
    """Build a secret a row."""
    settings = context.settings
    if not settings.secrets:
        return StoredSecrets(secrets={})
    args = SecretsArgs(
        table=settings.secrets,
        config_secrets=context.config_secrets,
        key=context.key,
        copies=settings.secret_copies,
        recovery_days=settings.protection.secret_days,
        **context.common,
    )
    built = Secrets("secrets", args, context.options)
    return StoredSecrets(secrets={path: StoredSecret(arn=arn, writer=built) for path, arn in built.arns.items()})
