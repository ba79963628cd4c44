"""CP-CACHE: Redis, encrypted, with a token, private."""

from preview.recording import Recording
from tests.requirements.breaches import Breach, change, noticed, security_group
from tests.requirements.expected import environments, requirement
from tests.requirements.reach import INTERNET, Stop, Traveller, reaches
from tests.requirements.reading import arn, groups, ids, key, of, one, only, secret_text, subnets

NODES = {"dev": "cache.t3.micro", "staging": "cache.t3.small", "prod": "cache.t3.medium"}
MEMBERS = {"dev": 1, "staging": 1, "prod": 2}
FAILOVER = {"dev": False, "staging": False, "prod": True}


@requirement("CP-CACHE-01")
@environments
def test_node_type(platform: Recording, stack: str) -> None:
    assert one(platform, "elasticache.ReplicationGroup")["nodeType"] == NODES[stack]


@requirement("CP-CACHE-02")
@environments
def test_a_replica_in_prod(platform: Recording, stack: str) -> None:
    """The primary counts as a member."""
    assert one(platform, "elasticache.ReplicationGroup")["numCacheClusters"] == MEMBERS[stack]


@requirement("CP-CACHE-03")
@environments
def test_failover_in_prod(platform: Recording, stack: str) -> None:
    """Proves the request, not AWS's fail-over."""
    store = one(platform, "elasticache.ReplicationGroup")
    assert (store["multiAzEnabled"], store["automaticFailoverEnabled"]) == (FAILOVER[stack], FAILOVER[stack])


@requirement("CP-CACHE-04")
@environments
def test_it_is_encrypted_at_rest_with_the_stacks_key(platform: Recording, stack: str) -> None:
    store = one(platform, "elasticache.ReplicationGroup")
    assert (store["atRestEncryptionEnabled"], store["kmsKeyId"]) == (True, arn(key(platform)))


@requirement("CP-CACHE-05")
@environments
def test_it_is_encrypted_in_transit(platform: Recording, stack: str) -> None:
    store = one(platform, "elasticache.ReplicationGroup")
    assert store["transitEncryptionEnabled"] is True
    assert store.inputs.get("transitEncryptionMode", "required") == "required"


@requirement("CP-CACHE-06")
@environments
def test_its_token_is_the_one_in_the_secret(platform: Recording, stack: str) -> None:
    store = one(platform, "elasticache.ReplicationGroup")
    assert "authToken" in store.secrets
    assert store["authToken"] == secret_text(platform, f"/{stack}/redis/auth-token")


@requirement("CP-CACHE-07")
@environments
def test_redis_7_with_its_own_parameter_group(platform: Recording, stack: str) -> None:
    store, group = one(platform, "elasticache.ReplicationGroup"), one(platform, "elasticache.ParameterGroup")
    assert store["engine"] == "redis"
    assert store["engineVersion"].split(".")[0] == "7"
    assert group["family"] == "redis7"
    assert store["parameterGroupName"] == group["name"]


@requirement("CP-CACHE-08")
@environments
def test_it_stands_in_the_data_subnets(platform: Recording, stack: str) -> None:
    group = one(platform, "elasticache.SubnetGroup")
    assert sorted(group["subnetIds"]) == sorted(ids(subnets(platform, stack, "data")))
    assert one(platform, "elasticache.ReplicationGroup")["subnetGroupName"] == group["name"]
    assert platform.outputs["cache_subnet_group"] == group["name"]


@requirement("CP-CACHE-09")
@environments
def test_it_listens_on_6379_with_its_group(platform: Recording, stack: str) -> None:
    store = one(platform, "elasticache.ReplicationGroup")
    assert store.inputs.get("port", 6379) == 6379
    group = only(
        each for each in of(platform, "ec2.SecurityGroup") if each["name"] == f"cloudplatform-{stack}-sg-redis"
    )
    assert store["securityGroupIds"] == [group.id]


@environments
def test_the_application_reaches_it_and_nobody_else(platform: Recording, stack: str) -> None:
    """What the recording shows of CP-CACHE-10: open on 6379 from the private subnets for the application group,
    closed for the load balancer and the internet. That it answers is for a deployed stack."""
    its = groups(platform)
    for data in subnets(platform, stack, "data"):
        cache = Traveller(data, its["redis"])
        for private in subnets(platform, stack, "private"):
            assert reaches(platform, Traveller(private, its["app"]), cache, 6379) == []
        for public in subnets(platform, stack, "public"):
            assert isinstance(reaches(platform, Traveller(public, its["alb"]), cache, 6379), Stop)
        assert isinstance(reaches(platform, INTERNET, cache, 6379), Stop)


BREACHES = [
    Breach("CP-CACHE-01", test_node_type, change("elasticache.ReplicationGroup", nodeType="t3.small")),
    Breach("CP-CACHE-02", test_a_replica_in_prod, change("elasticache.ReplicationGroup", numCacheClusters=1), "prod"),
    Breach("CP-CACHE-03", test_failover_in_prod, change("elasticache.ReplicationGroup", multiAzEnabled=False), "prod"),
    Breach(
        "CP-CACHE-04",
        test_it_is_encrypted_at_rest_with_the_stacks_key,
        change("elasticache.ReplicationGroup", atRestEncryptionEnabled=False),
    ),
    Breach(
        "CP-CACHE-05",
        test_it_is_encrypted_in_transit,
        change("elasticache.ReplicationGroup", transitEncryptionMode="preferred"),
    ),
    Breach(
        "CP-CACHE-06",
        test_its_token_is_the_one_in_the_secret,
        change("elasticache.ReplicationGroup", authToken="another-token-1"),
    ),
    Breach(
        "CP-CACHE-07",
        test_redis_7_with_its_own_parameter_group,
        change("elasticache.ReplicationGroup", parameterGroupName="default.redis7"),
    ),
    Breach(
        "CP-CACHE-08",
        test_it_stands_in_the_data_subnets,
        change("elasticache.SubnetGroup", subnetIds=lambda old: old[1:]),
    ),
    Breach(
        "CP-CACHE-09",
        test_it_listens_on_6379_with_its_group,
        lambda s: change("elasticache.ReplicationGroup", securityGroupIds=[security_group("app")(s)])(s),
    ),
]

test_breaches = noticed(BREACHES)
