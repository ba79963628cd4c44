"""Breaches of what the key is the default for."""

from tests.requirements import test_key as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, change, drop, plant

PROOF = AREA.test_volumes_are_encrypted_by_default

BREACHES = [
    Breach("CP-KMS-08", PROOF, change("ebs.EncryptionByDefault", enabled=False), "shared"),
    Breach("CP-KMS-08", PROOF, change("ebs.DefaultKmsKey", keyArn="alias/aws/ebs"), "shared"),
    Breach("CP-KMS-08", PROOF, drop("ebs.DefaultKmsKey"), "shared"),
    Breach("CP-KMS-08", PROOF, plant("ebs.Volume", encrypted=False), "shared"),
]
