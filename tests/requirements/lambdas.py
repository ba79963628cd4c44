"""How the proofs read the functions on Lambda."""

from preview.recording import RecordedResource

RULE, TARGET = "cloudwatch.EventRule", "cloudwatch.EventTarget"
PERMISSION, FUNCTION = "lambda_.Permission", "lambda_.Function"
#: What a role may do on any resource, since AWS offers none for it, or the resource is not there yet.
ANYWHERE = {
    "ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
}  # fmt: skip


def variables(of_function: RecordedResource) -> dict[str, str]:
    """Its environment."""
    return of_function["environment"]["variables"]
