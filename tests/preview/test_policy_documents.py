"""`aws.iam.getPolicyDocument` is answered as the provider answers it, to the byte."""

import json

import pulumi_aws as aws
import pytest

from preview.policy_documents import PolicyDocumentError, policy_document
from tests.preview import generated_documents
from tests.preview.generated_documents import RECORDED, answers, generated
from tests.rows import for_each

#: What the provider (5.100.0) answered, asked by `python -m tests.preview.generated_documents`.
PAIRS = json.loads(RECORDED.read_text())

ADMINISTRATOR = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@for_each(PAIRS, name=lambda pair: f"{pair['arguments']}")
def test_the_providers_recorded_answers(pair):
    assert policy_document(pair["arguments"])["minifiedJson"] == pair["answer"]


@pytest.mark.skipif(not generated_documents.HERE, reason="terraform and the provider are not here")
def test_the_provider_itself():
    asked = generated(seed=2, count=120)
    given = [policy_document(each) for each in asked]
    assert given == [{"json": each["json"], "minifiedJson": each["minified_json"]} for each in answers(asked)]


@pytest.mark.parametrize(
    ("arguments", "statements"),
    [
        pytest.param(
            {"sourcePolicyDocuments": [json.dumps(ADMINISTRATOR)]},
            [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
            id="a source",
        ),
        pytest.param(
            {
                "sourcePolicyDocuments": ['{"Statement": [{"Sid": "A", "Action": "x"}, {"Sid": "B", "Action": "y"}]}'],
                "statements": [{"sid": "B", "effect": "Deny", "actions": ["z"]}],
                "overridePolicyDocuments": ['{"Statement": [{"Sid": "A", "Action": "*"}, {"Action": "w"}]}'],
            },
            [{"Sid": "A", "Action": "*"}, {"Sid": "B", "Effect": "Deny", "Action": "z"}, {"Action": "w"}],
            id="a sid's last word, in the first one's place",
        ),
        pytest.param(
            {
                "statements": [
                    {
                        "actions": ["s3:*"],
                        "principals": [
                            {"type": "AWS", "identifiers": ["111122223333"]},
                            {"type": "AWS", "identifiers": ["*"]},
                        ],
                    }
                ]
            },
            [{"Effect": "Allow", "Action": "s3:*", "Principal": {"AWS": ["*", "111122223333"]}}],
            id="two blocks of principals of one type",
        ),
        pytest.param(
            {
                "statements": [
                    {
                        "actions": ["a"],
                        "resources": ["arn:aws:s3:::b/&{aws:username}"],
                        "conditions": [
                            {"test": "StringLike", "variable": "k", "values": ["*"]},
                            {"test": "StringLike", "variable": "k", "values": ["b"]},
                        ],
                    }
                ]
            },
            [
                {
                    "Effect": "Allow",
                    "Action": "a",
                    "Resource": "arn:aws:s3:::b/${aws:username}",
                    "Condition": {"StringLike": {"k": ["*", "b"]}},
                }
            ],
            id="two conditions on one key, and a variable",
        ),
    ],
)
def test_what_a_document_is_merged_of(arguments, statements):
    document = json.loads(policy_document(arguments)["json"])
    for each in (document["Statement"], statements):
        for statement in each:
            for key in statement.get("Condition", {}).get("StringLike", {}), statement.get("Principal", {}):
                for values in key.values():
                    values.sort()  # the order of a set of blocks is the recorded answers' matter
    assert document == {"Version": "2012-10-17", "Statement": statements}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"sourcePolicyDocuments": ['{"Statement": [{"Sid": "A"}]}'] * 2}, r"duplicate Sid \(A\)"),
        ({"statements": [{"sid": "A"}, {"sid": "A"}]}, r"duplicate Sid \(A\)"),
        ({"version": "2008-10-17", "statements": [{"resources": ["&{x}"]}]}, "not supported in version 2008-10-17"),
        ({"overridePolicyDocuments": ["{"]}, "invalid JSON"),
        ({"sourcePolicyDocuments": ['{"Statement": {"Action": "*"}}']}, "must be a list"),
        ({"sourcePolicyDocuments": ["[]"]}, "must be an object"),
    ],
)
def test_what_the_provider_refuses(arguments, said):
    with pytest.raises(PolicyDocumentError, match=said):
        policy_document(arguments)


def test_an_administrator_by_a_source_reaches_the_role(recorded):
    def make():
        document = aws.iam.get_policy_document(source_policy_documents=[json.dumps(ADMINISTRATOR)])
        aws.iam.RolePolicy("all", role="worker", policy=document.json)

    (resource,) = recorded(make, known=False).resources.values()
    assert json.loads(resource.inputs["policy"]) == ADMINISTRATOR
