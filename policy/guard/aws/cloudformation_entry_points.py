"""APIs and web ACLs of CloudFormation's types."""

from __future__ import annotations

from typing import Final

from guard.aws.cloudformation_types import ProviderType

_OF_API: Final = {"RestApiId": "restApi"}
ENTRY_POINTS: Final[dict[str, ProviderType]] = {
    "AWS::ApiGateway::RestApi": ProviderType("aws:apigateway/restApi:RestApi"),
    "AWS::ApiGateway::Method": ProviderType(
        "aws:apigateway/method:Method", {**_OF_API, "AuthorizationType": "authorization", "Integration": ""}
    ),
    # Variables are looked for in the holder.
    "AWS::ApiGateway::Stage": ProviderType(
        "aws:apigateway/stage:Stage",
        {**_OF_API, "AccessLogSetting": "accessLogSettings", "MethodSettings": "", "Variables": ""},
    ),
    "AWS::ApiGateway::DomainName": ProviderType("aws:apigateway/domainName:DomainName"),
    "AWS::ApiGateway::VpcLink": ProviderType("aws:apigateway/vpcLink:VpcLink", {"TargetArns": "targetArn"}),
    "AWS::ApiGatewayV2::Api": ProviderType("aws:apigatewayv2/api:Api"),
    "AWS::ApiGatewayV2::Route": ProviderType("aws:apigatewayv2/route:Route"),
    "AWS::ApiGatewayV2::Integration": ProviderType("aws:apigatewayv2/integration:Integration"),
    "AWS::ApiGatewayV2::Stage": ProviderType(
        "aws:apigatewayv2/stage:Stage", {"StageName": "name", "StageVariables": ""}
    ),
    "AWS::ApiGatewayV2::DomainName": ProviderType(
        "aws:apigatewayv2/domainName:DomainName", {"DomainNameConfigurations": "domainNameConfiguration"}
    ),
    "AWS::ApiGatewayV2::VpcLink": ProviderType("aws:apigatewayv2/vpcLink:VpcLink"),
    "AWS::WAFv2::WebACL": ProviderType("aws:wafv2/webAcl:WebAcl"),
    "AWS::WAFv2::WebACLAssociation": ProviderType(
        "aws:wafv2/webAclAssociation:WebAclAssociation", {"WebACLArn": "webAclArn"}
    ),
    "AWS::WAFv2::LoggingConfiguration": ProviderType("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"),
}
