"""Examples of the rule graph-api-key."""

import pulumi_aws as aws


def fails() -> None:
    aws.appsync.GraphQLApi("parcels", name="parcels", authentication_type="API_KEY")


def passes() -> None:
    aws.appsync.GraphQLApi("parcels", name="parcels", authentication_type="AWS_IAM")
