"""Examples of the rule lattice-listener-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.vpclattice.Listener(
        "orders", default_action={"fixed_response": {"status_code": 404}}, protocol="HTTP", service_identifier="svc-1"
    )


def passes() -> None:
    aws.vpclattice.Listener(
        "orders", default_action={"fixed_response": {"status_code": 404}}, protocol="HTTPS", service_identifier="svc-1"
    )
