"""The test of a service's new version, before anybody else reaches it."""

from functions.common.function import FunctionDefinition

TEST_DEPLOYMENT = FunctionDefinition(
    name="test-deployment",
    purpose="Asks a service's new version whether it answers, before its first request",
    handler="functions.test_deployment.handler.handle",
    seconds=120,
    at_once=15,  # all services may be deployed together
)
