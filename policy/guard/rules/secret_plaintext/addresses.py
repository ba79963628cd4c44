"""Addresses that whoever may describe the resource reads, with the user and the password that stand in them."""

from __future__ import annotations

from typing import Final

ADDRESSES: Final[dict[str, tuple[str, ...]]] = {
    "aws:amplify/app:App": ("repository",),
    "aws:apigateway/integration:Integration": ("uri",),
    "aws:apigatewayv2/integration:Integration": ("integrationUri",),
    "aws:apprunner/service:Service": ("sourceConfiguration.codeRepository.repositoryUrl",),
    "aws:appsync/dataSource:DataSource": ("httpConfig.endpoint",),
    "aws:cloudwatch/eventApiDestination:EventApiDestination": ("invocationEndpoint",),
    "aws:codebuild/project:Project": ("source.location", "secondarySources.location"),
    "aws:iot/topicRule:TopicRule": ("https.url", "errorAction.http.url"),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ("httpEndpointConfiguration.url",),
    "aws:sagemaker/codeRepository:CodeRepository": ("gitConfig.repositoryUrl",),
    "aws:sagemaker/notebookInstance:NotebookInstance": ("defaultCodeRepository", "additionalCodeRepositories"),
}
