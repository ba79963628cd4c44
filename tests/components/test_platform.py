"""The platform as a whole: what small stack files leave out, and what a user is told in the end."""

import ast
import json

import pytest

from components.platform.network import Vpc
from components.platform.part import Part, Parts
from preview.stack import PreviewError
from settings.file import reading, stackfile
from settings.tables.connections import connection_variables
from tests.contracts.recordings import each_environment, of_ours
from tests.stack_files import Config, changed
from tests.stacks import ROOT, recorded

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"

CONCERNS = ROOT / "components" / "platform"


def _tokens(recording) -> set[str]:
    return {each.type.removeprefix("cloudplatform:") for each in of_ours(recording)}


@each_environment
def test_what_a_user_needs_next(stack):
    """Addresses, ARNs and names; each a text once known, and no secret among them."""
    outputs = recorded(stack, True).outputs
    host = {"dev": "api.dev", "staging": "api.staging", "prod": "api"}[stack]
    assert outputs["urls"] == [f"https://{host}.yourname.com"]
    assert outputs["cluster_name"] == f"cloudplatform-{stack}-ecs-cluster"
    assert outputs["service_fastapi"] == f"cloudplatform-{stack}-ecs-service-fastapi"
    for name in ("database_arn", "database_secret_arn", "cache_secret_arn", "key_arn", "load_balancer_arn", "vpc_arn"):
        assert outputs[name].startswith("arn:aws:"), name
    assert outputs["bucket_alb_logs"] == f"cloudplatform-{stack}-alb-logs"
    assert {tier: len(ids) for tier, ids in outputs["subnet_ids"].items()} == {"public": 3, "private": 3, "data": 3}


def test_what_the_shared_stack_hands_on():
    """The zone's id and its name servers for the registrar; the repository's address for the pipeline."""
    outputs = recorded("shared", True).outputs
    assert outputs["repository_urls"] == {
        "fastapi": "123456789012.dkr.ecr.us-east-1.amazonaws.com/cloudplatform-fastapi"
    }
    assert outputs["zone_id"].startswith("Z")
    assert outputs["name_servers"]
    assert outputs["table_lock"] == "cloudplatform-terraform-lock"
    assert outputs["bucket_state"] == "cloudplatform-terraform-state"


def test_nothing_but_what_every_stack_has():
    """An account and a posture make a key and no more."""

    def change(it: Config) -> None:
        for key in [key for key in it if key not in ("aws:region", "cloudplatform:account", "cloudplatform:posture")]:
            del it[key]

    recording = changed("dev", change)
    assert _tokens(recording) == {"security:Key", "security:Roles"}
    assert recording.outputs.keys() == {"key_arn", "key_id"}


def test_a_network_alone():
    """Its firewall has no groups; no ACLs, endpoints or flow logs unless asked for."""

    def change(it: Config) -> None:
        keep = {"aws:region", "cloudplatform:account", "cloudplatform:posture", "cloudplatform:network"}
        for key in it.keys() - keep:
            del it[key]
        it["cloudplatform:network"] |= {"acls": False}
        del it["cloudplatform:network"]["endpoints"], it["cloudplatform:network"]["flow-logs"]

    recording = changed("dev", change)
    assert _tokens(recording) == {"security:Key", "security:Roles", "network:Network", "network:Firewall"}
    assert recording.of("aws:ec2/securityGroup:SecurityGroup") == []


def test_a_stack_that_owns_its_zone():
    """The records and the certificate's proof stand in the zone that it makes."""

    def change(it: Config) -> None:
        it["cloudplatform:dns"]["zone"] = "own"

    recording = changed("dev", change)
    [zone] = recording.of("aws:route53/zone:Zone")
    records = recording.of("aws:route53/record:Record")
    assert len(records) == 2
    assert {each.property_dependencies["zoneId"] for each in records} == {(zone.urn,)}
    assert recording.outputs["zone_id"] == zone.outputs["zoneId"]


def test_a_service_that_writes_to_a_bucket_may_make_data_keys():
    """The key's policy lists it as a writer exactly while it has a bucket."""

    def writers(recording) -> list[str]:
        [key] = recording.of("aws:kms/key:Key")
        [listed] = [each for each in json.loads(key["policy"])["Statement"] if each.get("Sid") == "Writers"]
        return [arn.rpartition("/")[2] for arn in listed["Principal"]["AWS"] if arn.endswith("-ecs-task")]

    def change(it: Config) -> None:
        del it["cloudplatform:services"]["fastapi"]["buckets"]

    assert writers(recorded("dev", False)) == ["cloudplatform-dev-role-fastapi-ecs-task"]
    assert writers(changed("dev", change)) == []


def test_the_load_balancer_writes_to_its_bucket_alone():
    """The grant stands on the bucket that the table names, for this account's logs."""
    for each in recorded("dev", False).of("aws:s3/bucketPolicy:BucketPolicy"):
        sids = [statement["Sid"] for statement in json.loads(each["policy"])["Statement"]]
        wanted = (
            ["RefusePlainHttp", "LoadBalancerLogs"] if each.name == "bucket-alb-logs-policy" else ["RefusePlainHttp"]
        )
        assert sids == wanted
        if each.name == "bucket-alb-logs-policy":
            granted = json.loads(each["policy"])["Statement"][1]
            assert granted["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
            assert granted["Resource"] == ["arn:aws:s3:::cloudplatform-dev-alb-logs/AWSLogs/123456789012/*"]
            assert granted["Condition"] == {
                "ArnLike": {"aws:SourceArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/*"}
            }


def test_an_address_reaches_those_that_connect():
    """A service that connects to nothing is told no host."""

    def change(it: Config) -> None:
        service = it["cloudplatform:services"]["fastapi"]
        service["connects"] = ["cache"]

    recording = changed("dev", change)
    [task] = recording.of("aws:ecs/taskDefinition:TaskDefinition")
    [container] = json.loads(task["containerDefinitions"])
    names = [each["name"] for each in container["environment"]]
    assert names == ["CACHE_HOST", "CACHE_PORT", "ENVIRONMENT", "LOG_LEVEL"]


def test_a_service_is_told_what_settings_keep_free():
    """The variables that a stack file may not set are those that the platform gives, and no others."""
    recording = recorded("dev", True)
    settings = reading.read(recording.config, project="cloudplatform", stack="dev")
    [task] = recording.of("aws:ecs/taskDefinition:TaskDefinition")
    [container] = json.loads(task["containerDefinitions"])
    own = settings.services["fastapi"].environment.keys()
    assert {each["name"] for each in container["environment"]} - own == set(
        connection_variables(settings.services["fastapi"].connects)
    )


def test_services_do_not_find_each_other_yet():
    """Nothing would tell one where the other is, so a stack file that connects two is refused."""

    def change(it: Config) -> None:
        services = it["cloudplatform:services"]
        shared = {key: services["fastapi"][key] for key in ("image", "cpu", "memory", "count", "health", "deployment")}
        services["jobs"] = {**shared, "connects": ["fastapi"], "group": "jobs"}

    with pytest.raises(PreviewError) as leaving:
        changed("dev", change)
    assert "services.jobs.connects[0]" in str(leaving.value)


def test_a_secret_that_nobody_set_is_told_as_a_problem():
    """`value: config` without `pulumi config set --secret`: one sentence that says what to type, and no traceback."""

    def change(it: Config) -> None:
        it["cloudplatform:secrets"]["jwt-secret"]["value"] = "config"

    with pytest.raises(PreviewError) as leaving:
        changed("dev", change)
    assert "pulumi config set --secret secret:jwt-secret" in str(leaving.value)


def test_a_secret_from_the_configuration():
    """It arrives, still secret; offline a word stands for what only the engine can decrypt."""

    def change(it: Config) -> None:
        it["cloudplatform:secrets"]["jwt-secret"]["value"] = "config"
        it["secret:jwt-secret"] = {"secure": "AAABAK=="}

    [version] = [
        each
        for each in changed("dev", change).of("aws:secretsmanager/secretVersion:SecretVersion")
        if each.name == "secrets-jwt-secret"
    ]
    assert version["secretString"] == stackfile.PLACEHOLDER
    assert "secretString" in version.secrets


def test_a_service_has_thresholds_of_its_own():
    """Those of its table, and the stack's for the rest; tasks as a percentage of those that always run."""

    def change(it: Config) -> None:
        service = it["cloudplatform:services"]["fastapi"]
        service["count"] |= {"min": 4, "max": 6}
        service["alarms"] = {"service-cpu": 60, "service-tasks": 50, "service-errors": 1}

    alarms = {each.name: each["threshold"] for each in changed("prod", change).of(ALARM)}
    service = {name.removeprefix("alarms-service-"): value for name, value in alarms.items() if "-service-" in name}
    assert service == {"cpu-fastapi": 60, "memory-fastapi": 85, "tasks-fastapi": 2, "errors-fastapi": 1}


def test_the_platform_is_a_list_of_concerns():
    """Whoever adds a concern adds a file and a line: the list asks nothing, and the files stay short."""
    lengths = {path.name: len(path.read_text().splitlines()) for path in CONCERNS.glob("*.py")}
    assert lengths["platform.py"] < 80
    assert max(lengths.values()) < 150
    assert not [
        node for node in ast.walk(ast.parse((CONCERNS / "platform.py").read_text())) if isinstance(node, ast.If)
    ]


def test_a_part_that_is_not_there_is_named():
    """A concern that stands before one that it needs fails at the first preview, and says which."""
    with pytest.raises(LookupError, match="Vpc is not built yet, or nothing asks for it"):
        Parts().of(Vpc)
    assert Parts().find(Vpc) is None
    assert [*Parts([Part()]).having(None)] == [Part()]
