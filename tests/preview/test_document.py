"""The document holds what people and programs want to know, always in the same bytes, and no secret."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from costs.estimate import estimate
from preview.document import document, written
from preview.page.routes import routes
from preview.verdict import Exempted, Note, PackVerdict
from tests.preview import samples

SCHEMA = json.loads((Path(__file__).parents[2] / "preview" / "schema.json").read_text())
SECRETS = {**samples.CONFIG, "sample:token": "hunter2"}

VERDICT = PackVerdict(
    violations=(Note("rule-a", "urn:gone", "it is open", "Close it.", "high", "family"),),
    advisories=(Note("rule-b", "", "think again", "", "", "family-advice"),),
    exemptions=(Exempted("rule-c", "", "it is plain", "Because.", "team", "2027-01-31", ""),),
    undecided=(Note("rule-d", "", "who knows", "", "low", "undecided"),),
)


def of(recorded, program, verdict=VERDICT, **run) -> dict:
    return document(recorded(program, **run), verdict)


@pytest.mark.parametrize("verdict", [VERDICT, PackVerdict()])
@pytest.mark.parametrize("program", [samples.network, samples.site, samples.watched, lambda: None])
def test_documents_follow_their_schema(recorded, program, verdict):
    found = of(recorded, program, verdict)
    jsonschema.validate(found, SCHEMA)
    jsonschema.validate([found, found], SCHEMA)


def test_the_schema_refuses_what_it_does_not_know(recorded):
    found = of(recorded, samples.network)
    for spoilt in ({**found, "more": 1}, {**found, "version": 1}, {**found, "verdict": "perhaps"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoilt, SCHEMA)


def test_same_input_same_bytes(recorded):
    def backwards() -> None:
        samples.site()
        samples.network()

    def forwards() -> None:
        samples.network()
        samples.site()

    assert written([of(recorded, forwards)]) == written([of(recorded, backwards)])


def test_several_documents_are_a_list():
    assert json.loads(written([{"a": 1}])) == {"a": 1}
    assert json.loads(written([{"a": 1}, {"a": 2}])) == [{"a": 1}, {"a": 2}]


def test_no_secret_is_in_a_document(recorded):
    found = of(recorded, samples.secret, config=SECRETS, known=True)
    assert found["outputs"] == ["token"]
    assert "hunter2" not in written([found])


@pytest.mark.parametrize("known", [True, False])
def test_resources_show_their_properties(recorded, known):
    """Secrets are masked, also inside a text made of one; what only the deployment tells is marked."""
    found = of(recorded, samples.secret, config=SECRETS, known=known)
    properties = {each["name"]: each["properties"] for each in found["resources"] if not each["component"]}
    assert properties["holder"] == {"secretId": properties["generated"]["secretId"], "secretString": "[secret]"}
    assert properties["generated"]["secretString"] == "[secret]"
    assert (properties["holder"]["secretId"] == "[unknown]") is not known
    assert properties["password"]["length"] == 24


def test_settings_are_shown_without_secrets(recorded):
    config = {**SECRETS, "cloudplatform:database": '{"class": "db.r6g.large"}', "cloudplatform:bent": "{no"}
    found = of(recorded, samples.secret, config=config)
    assert found["settings"] == {
        "aws:region": "us-east-1",
        "cloudplatform:bent": "{no",
        "cloudplatform:database": {"class": "db.r6g.large"},
        "sample:token": "[secret]",
    }


def test_a_class_of_a_database_shows(recorded):
    """What made no byte of difference before."""
    found = of(recorded, samples.unencrypted)
    [store] = [each for each in found["resources"] if each["name"] == "store"]
    assert store["properties"]["instanceClass"] == "db.t3.micro"


def test_what_it_costs_is_in_it(recorded):
    """Of the update's sizes: the sum, each line with its arithmetic, and how each resource is billed."""
    network = recorded(samples.network)
    found = document(network, VERDICT, estimated=estimate(network, {"out": 10.0}))
    costs = found["costs"]
    assert (costs["total"], costs["baseline"], costs["usage"], costs["budget"]) == (0.9, 0.0, 0.9, None)
    [line] = costs["lines"]
    assert (line["what"], line["quantity"], line["unit"], line["usd"], line["assumed"]) == (
        "GB out to the internet", 10.0, 0.09, 0.9, True)  # fmt: skip
    assert costs["charges"] == {"by use": 1, "free": 5}
    billed = {each["name"]: (each["charge"], each["usd"]) for each in found["resources"]}
    assert billed["net-public-gateway"] == ("by use", None)
    assert billed["net-public-a"] == ("free", None)
    assert billed["net"] == ("", None)


def test_a_resource_of_no_known_size_has_no_price(recorded):
    """An endpoint whose subnets AWS chooses: said, not counted as nothing."""
    found = of(recorded, samples.site)
    billed = {each["name"]: (each["charge"], each["usd"]) for each in found["resources"]}
    assert billed["ecr"] == ("no price known", None)
    assert found["costs"]["unpriced"] == ["Other: ec2.VpcEndpoint"]
    assert billed["key"] == ("priced", 1.0)


def test_a_resource_names_those_whose_values_it_has(recorded):
    found = {each["name"]: each for each in of(recorded, samples.network)["resources"]}
    assert found["net-public-out"]["uses"] == sorted(
        found[name]["urn"] for name in ("net-public-gateway", "net-public-table")
    )
    assert found["net-vpc"]["uses"] == []


def test_the_verdict_is_blocked_by_a_violation_alone(recorded):
    assert of(recorded, samples.network)["verdict"] == "blocked"
    assert of(recorded, samples.network, replace(VERDICT, violations=()))["verdict"] == "clean"


def test_resources_have_their_component_as_parent(recorded):
    found = {resource["name"]: resource for resource in of(recorded, samples.network)["resources"]}
    assert found["net"]["parent"] == ""
    assert found["net-public"]["parent"] == found["net"]["urn"]
    assert (found["net"]["component"], found["net-vpc"]["component"]) == (True, False)
    assert found["net-vpc"]["kind"] == "ec2.Vpc"


def test_figures_of_a_network(recorded):
    figures = of(recorded, samples.network)["figures"]
    assert (figures["resources"], figures["components"]) == (6, 2)
    assert figures["zones"] == ["us-east-1a"]
    assert figures["subnets"] == {"internet": 1, "nat": 0, "none": 0, "unknown": 0}
    assert figures["kinds"]["ec2.RouteTable"] == 1


@pytest.mark.parametrize("known", [True, False])
def test_figures_are_the_same_for_a_first_preview_and_an_update(recorded, known):
    figures = of(recorded, samples.network, known=known)["figures"]
    assert figures == of(recorded, samples.network)["figures"]


def test_subnets_by_their_way_out(recorded):
    import pulumi_aws as aws

    def program() -> None:
        made = samples.SampleNetwork("net")
        gateway = aws.ec2.NatGateway("nat", subnet_id=made.tier.subnet.id)
        inner = aws.ec2.RouteTable(
            "inner", vpc_id=made.vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "nat_gateway_id": gateway.id}]
        )
        for name, table in (("private", inner), ("data", None)):
            subnet = aws.ec2.Subnet(name, vpc_id=made.vpc.id, cidr_block="10.0.9.0/24")
            if table:
                aws.ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=table.id)
        aws.ec2.Subnet("elsewhere", vpc_id="vpc-0123456789abcdef0", cidr_block="10.9.0.0/24")

    found = of(recorded, program)
    assert found["figures"]["subnets"] == {"internet": 1, "nat": 1, "none": 1, "unknown": 1}
    assert found["figures"]["nat_gateways"] == 1
    leads = {row["subnet"].rpartition("::")[2]: (row["way"], row["routes"]) for row in found["exposure"]["ways"]}
    assert leads == {
        "net-public-a": ("internet", ["0.0.0.0/0 → net-public-gateway (net-public-out)"]),
        "private": ("nat", ["0.0.0.0/0 → NAT gateway (in inner)"]),
        "data": ("none", ["no way out of the VPC (main of net-vpc)"]),
        "elsewhere": ("unknown", []),
    }
    named = {urn.rpartition("::")[2]: lines for urn, lines in routes(found).items()}
    assert named["private"] == named["inner"] == leads["private"][1]


def test_a_main_route_table_leads_out_too(recorded):
    """What the pack's rules say of a subnet without a table of its own, the figures say."""
    import pulumi_aws as aws

    def program() -> None:
        made = samples.SampleNetwork("net")
        gateway = aws.ec2.InternetGateway("gateway", vpc_id=made.vpc.id)
        out = {"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}
        table = aws.ec2.RouteTable("main", vpc_id=made.vpc.id, routes=[out])
        aws.ec2.MainRouteTableAssociation("main", vpc_id=made.vpc.id, route_table_id=table.id)
        aws.ec2.Subnet("bare", vpc_id=made.vpc.id, cidr_block="10.0.9.0/24")

    assert of(recorded, program)["figures"]["subnets"] == {"internet": 2, "nat": 0, "none": 0, "unknown": 0}


def test_figures_of_what_faces_the_internet(recorded):
    figures = of(recorded, samples.site)["figures"]
    assert figures["entry_points"] == [
        {
            "name": "outer",
            "kind": "lb.LoadBalancer",
            "names": ["api.example.com"],
            "listeners": [
                {"port": 80, "protocol": "HTTP", "action": "redirect"},
                {"port": 443, "protocol": "HTTPS", "action": "forward"},
            ],
        }
    ]
    assert figures["endpoints"] == {"gateway": ["s3"], "interface": ["ecr.api"]}
    assert (figures["certificates"], figures["keys"]) == (["api.example.com"], 1)


def test_the_figures_have_the_entry_points_of_the_exposure(recorded):
    """Each thing that the internet can connect to, of whatever kind, and no balancer that nobody gets through."""
    import pulumi_aws as aws

    def program() -> None:
        samples.site()
        api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
        aws.apigatewayv2.Stage("live", api_id=api.id)
        shut = aws.ec2.SecurityGroup("shut", vpc_id="vpc-0123456789abcdef0", ingress=[], egress=[])
        aws.lb.LoadBalancer("walled", internal=False, security_groups=[shut.id])

    found = of(recorded, program)
    faced = {each["urn"].rpartition("::")[2] for each in found["exposure"]["entry_points"]}
    assert {each["name"] for each in found["figures"]["entry_points"]} == faced == {"outer", "api"}


def test_figures_of_who_is_told_and_what_it_may_cost(recorded):
    figures = of(recorded, samples.watched)["figures"]
    assert figures["alarms"] == {"single": 2, "composite": 1}
    assert figures["budgets"] == [{"name": "all", "amount": "600", "unit": "USD", "time": "monthly"}]


def test_a_stack_without_alarms_and_budgets_has_none(recorded):
    figures = of(recorded, samples.network)["figures"]
    assert (figures["alarms"], figures["budgets"]) == ({"single": 0, "composite": 0}, [])
