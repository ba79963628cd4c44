"""Examples of the rule topic-plain-subscription."""

import pulumi_aws as aws


def fails() -> None:
    aws.sns.TopicSubscription("hook", topic="orders", protocol="http", endpoint="http://hooks.example.com/orders")


def passes() -> None:
    aws.sns.TopicSubscription("hook", topic="orders", protocol="https", endpoint="https://hooks.example.com/orders")
