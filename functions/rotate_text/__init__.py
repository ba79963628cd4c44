"""Rotation of a generated text that services read when they start, such as a key that they sign with."""

from functions.common.function import RENEWS_A_SECRET, FunctionDefinition

ROTATE_TEXT = FunctionDefinition(
    name="rotate-text",
    purpose="Renews generated texts, and the tasks that were started with the old one",
    handler="functions.rotate_text.handler.handle",
    seconds=60,
    variables=("CLUSTER", "READS"),
    actions={
        "secret": RENEWS_A_SECRET,
        "services": ("ecs:UpdateService",),
    },
    implied={"key": ("kms:Decrypt", "kms:GenerateDataKey")},  # behind reading and writing the secret
)
