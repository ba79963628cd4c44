"""A Security Hub whose reports are kept."""

import pytest

from tests.functions.emulated import ACCOUNT, REGION


@pytest.fixture
def hub(aws, monkeypatch):
    """A topic, and a queue that gets what is published to it."""
    topic = aws.its("sns").create_topic(Name="warning")["TopicArn"]
    queue = aws.its("sqs").create_queue(QueueName="reports")["QueueUrl"]
    aws.its("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:reports")
    monkeypatch.setenv("REPORT_TOPIC", topic)

    aws.reports = lambda: aws.received(queue)
    return aws
