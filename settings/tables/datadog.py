"""What a stack file may say about Datadog."""

from pydantic import Field

from settings.tables.table import Table


class DatadogTable(Table):
    """Datadog reads the account's metrics, settings and findings by a role. Traces and what containers use come from a
    collector beside them: a row of `containers` whose exporters name Datadog."""

    account: str = Field(default="464622532012", pattern=r"^\d{12}$", description="Datadog's own account at AWS")
    # Not a secret (IAM user guide, "Access to AWS accounts owned by third parties"): the role's trust shows it.
    external_id: str = Field(
        pattern=r"^[A-Za-z0-9_+=,.@:/-]+$",
        min_length=2,
        max_length=1224,
        description="what Datadog shows where the account is added to it; it says that Datadog acts for you",
        examples=["0123456789abcdef0123456789abcdef"],
    )
