"""Requests and answers in tests are held to AWS's minima, maxima, forms and words, not only to their types."""

import botocore.session
import pytest

from tests import constraints
from tests.aws import answer, emulated

WRONG = [
    ("logs", "PutRetentionPolicy", {"logGroupName": "", "retentionInDays": 30},
     "logGroupName has 0 characters, and AWS wants 1 or more"),
    ("logs", "PutRetentionPolicy", {"logGroupName": "x" * 513, "retentionInDays": 30},
     "logGroupName has 513 characters, and AWS takes 512 or less"),
    ("logs", "PutRetentionPolicy", {"logGroupName": "a b", "retentionInDays": 30},
     "logGroupName is 'a b', and not of the form"),
    ("kms", "CreateKey", {"KeyUsage": "ENCRYPT"}, "KeyUsage is 'ENCRYPT', and not one of SIGN_VERIFY, ENCRYPT_DECRYPT"),
    ("lambda", "CreateFunction", {"MemorySize": 64}, "MemorySize is 64, and AWS wants 128 or more"),
    ("secretsmanager", "BatchGetSecretValue", {"SecretIdList": [""]},
     "SecretIdList[0] has 0 characters, and AWS wants 1 or more"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "value", "words"), WRONG, ids=[row[3][:40] for row in WRONG])
def test_what_aws_refuses_is_refused(service: str, operation: str, value: dict[str, object], words: str) -> None:
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
    assert any(said.startswith(words) for said in constraints.broken(value, shape))


def test_what_aws_takes_is_taken() -> None:
    model = botocore.session.get_session().get_service_model("logs")
    right = {"logGroupName": "/ecs/dev/fastapi", "retentionInDays": 30}
    assert [*constraints.broken(right, model.operation_model("PutRetentionPolicy").input_shape)] == []


def test_a_request_that_is_answered_by_a_test_is_held_to_them() -> None:
    with emulated() as session:
        answer(session, "logs", "PutRetentionPolicy", {})
        client = session.client("logs")
        client.put_retention_policy(logGroupName="/ecs/dev/fastapi", retentionInDays=30)
        with pytest.raises(TypeError, match="not of the form"):
            client.put_retention_policy(logGroupName="a b", retentionInDays=30)
