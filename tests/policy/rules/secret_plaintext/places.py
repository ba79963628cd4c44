"""Rows of the family secret-plaintext: where else settings and scripts stand, and names that are no secrets."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import Row, r
from tests.policy.rules.secret_plaintext.literals import PASSWORD, env, rows

TOKEN = "h7Kq2mZx9Lw4" + "tB8nRpQ3"  # invented
_PAIR = {"name": "DB_PASSWORD", "value": PASSWORD}

ENVIRONMENT: dict[str, tuple[str, dict[str, Any]]] = {
    "a product": (
        "servicecatalog/provisionedProduct:ProvisionedProduct",
        {"provisioningParameters": [{"key": "DbPassword", "value": PASSWORD}]},
    ),
    "a table's connection": ("glue/catalogTable:CatalogTable", {"parameters": {"password": PASSWORD}}),
    "a maintenance window": (
        "ssm/maintenanceWindowTask:MaintenanceWindowTask",
        {
            "taskInvocationParameters": {
                "runCommandParameters": {"parameters": [{"name": "password", "values": [PASSWORD]}]}
            }
        },
    ),
    "a thing": ("iot/thing:Thing", {"attributes": {"password": PASSWORD}}),
    "a store at the edge": (
        "cloudfront/keyvaluestoreKeysExclusive:KeyvaluestoreKeysExclusive",
        {"resourceKeyValuePairs": [{"key": "api_token", "value": TOKEN}]},
    ),
    "one key of such a store": (
        "cloudfront/keyvaluestoreKey:KeyvaluestoreKey",
        {"keyValueStoreArn": "arn", "key": "api_token", "value": TOKEN},
    ),
    "a training": ("sagemaker/trainingJob:TrainingJob", {"environment": {"DB_PASSWORD": PASSWORD}}),
    "a pipe's text": ("pipes/pipe:Pipe", {"targetParameters": {"inputTemplate": json.dumps({"password": PASSWORD})}}),
    "a pipe's task": (
        "pipes/pipe:Pipe",
        {"targetParameters": {"ecsTaskParameters": {"overrides": {"containerOverrides": [{"environments": [_PAIR]}]}}}},
    ),
    "Spark": (
        "emrserverless/application:Application",
        {
            "runtimeConfigurations": [
                {"classification": "spark-defaults", "properties": {"spark.fs.password": PASSWORD}}
            ]
        },
    ),
}
SCRIPT: dict[str, tuple[str, dict[str, Any]]] = {
    "SQL of Flink": (
        "kinesisanalyticsv2/application:Application",
        {
            "applicationConfiguration": {
                "applicationCodeConfiguration": {"codeContent": {"textContent": f"WITH ('password' = '{PASSWORD}')"}}
            }
        },
    ),
    "a configuration in YAML": (
        "appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
        {"content": f"db:\n  password: {PASSWORD}\n"},
    ),
    "a pipeline of models": (
        "sagemaker/pipeline:Pipeline",
        {"pipelineDefinition": json.dumps({"Environment": {"DB_PASSWORD": PASSWORD}})},
    ),
    "a flow of calls": ("connect/contactFlow:ContactFlow", {"content": json.dumps({"password": PASSWORD})}),
    "a pipeline of logs": (
        "opensearchingest/pipeline:Pipeline",
        {"pipelineConfigurationBody": f"sink:\n  - opensearch:\n      password: {PASSWORD}\n"},
    ),
    "a template of things": (
        "iot/provisioningTemplate:ProvisioningTemplate",
        {"templateBody": json.dumps({"Properties": {"password": PASSWORD}})},
    ),
    "an API's definition": (
        "apigateway/restApi:RestApi",
        {"body": json.dumps({"integration.request.header.Authorization": f"'Bearer {TOKEN}{TOKEN}'"})},
    ),
    "an add-on's settings": (
        "eks/addon:Addon",
        {"clusterName": "c", "configurationValues": json.dumps({"env": {"DB_PASSWORD": PASSWORD}})},
    ),
}
ADDRESSED: dict[str, tuple[str, dict[str, Any]]] = {
    "a repository": (
        "codebuild/project:Project",
        {"source": {"type": "GITHUB", "location": f"https://a:{PASSWORD}@b.example/c"}},
    ),
    "an API's backend": ("apigateway/integration:Integration", {"uri": f"https://a:{PASSWORD}@b.example/"}),
    "a notebook's second repository": (
        "sagemaker/notebookInstance:NotebookInstance",
        {"additionalCodeRepositories": ["https://b.example/c", f"https://a:{PASSWORD}@b.example/d"]},
    ),
}
_TEAMS = "https://default0a1b.12.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/a"

ROWS = [
    *(
        Row("secret-in-environment", "breach", about, (r(kind, **props),))
        for about, (kind, props) in (ENVIRONMENT | ADDRESSED).items()
    ),
    *(Row("secret-in-script", "breach", about, (r(kind, **props),)) for about, (kind, props) in SCRIPT.items()),
    *rows(
        "secret-in-environment",
        "breach",
        a_flow_of_Teams=env(TEAMS=f"{_TEAMS}/triggers/manual/paths/invoke?api-version=1&sig={TOKEN}{TOKEN}"),
        a_newer_webhook_of_Discord=env(
            NOTIFY="https://discord.com/api/v10/webhooks/123456789012345678/" + "aB3dE5fG7h" * 6
        ),
        a_webhook_of_Zapier=env(NOTIFY="https://hooks.zapier.com/hooks/catch/" + "1234567/a1b2c3d/"),
        a_webhook_of_Mattermost=env(NOTIFY="https://chat.acme.example/hooks/" + "xy7k3m9qwe1rt5zu8io2pa4sdf"),
        a_user_and_a_password=env(BASIC_AUTH=f"svc:{PASSWORD}"),
        a_user_with_a_short_password=env(AUTH="admin:role1x"),
    ),
    *rows(
        "secret-in-environment",
        "ok",
        a_secrets_name=env(DB_CREDENTIALS_SECRET="Prod-MyApp-Db", DB_SECRET="Prod/MyApp/Db"),
        shipped_to_browsers=env(PUBLIC_API_TOKEN=TOKEN, VUE_APP_TOKEN=TOKEN, NEXT_PUBLIC_API_KEY=TOKEN),
        a_site_key=env(TURNSTILE_SITE_KEY=f"0x4AAAAAAAB{TOKEN}"),
        where_people_log_in=env(AUTH="cognito:eu-west-1"),
        a_repository=r("codebuild/project:Project", source={"location": "https://github.com/acme/token-service"}),
        a_backend=r(
            "apigatewayv2/integration:Integration", integrationUri="https://b.example/?key=${stageVariables.key}"
        ),
        one_key_of_a_store=r("cloudfront/keyvaluestoreKey:KeyvaluestoreKey", key="/old", value="/new/page"),
        a_bundle=env(LAMBDA_S3_KEY="builds/9f8e7d6c5b4a3f2e1d0c.zip", CODE_KEY="9f8e7d6c5b4a3f2e1d0c.tar.gz"),
        what_browsers_send=env(CREDENTIALS="same-origin"),
        who_may_log_in=env(AUTH="role:admin1", LOGIN="Groups:team-7"),
    ),
]
