"""What every component has in common, and what is known of AWS before anything is created."""

import json

import pulumi

from components.component import Args, Component
from components.facts import Facts
from tests.components.examples import COMMON, FACTS, built


class Probe(Component):
    """A component of the tests. Creates nothing."""

    def __init__(self, name: str, args: Args, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.told = (self.child("a", "b"), self.named("n"), self.owned(protect=True))
        self.register_outputs({})


def test_names_tags_and_options_of_children():
    """The parent's name first; Name and what the caller adds; itself as parent and what is asked for."""
    made: list[Probe] = []
    recording = built(lambda: made.append(Probe("it", Args(tags={"Team": "x"}, **COMMON))))
    child, tags, options = made[0].told
    assert child == "it-a-b"
    assert tags == {"Name": "n", "Team": "x"}
    assert (options.parent, options.protect, options.ignore_changes) == (made[0], True, None)
    assert recording.named("it")[0].type == "cloudplatform:components:Probe"  # its module's second word


def test_arns_that_follow_from_names():
    """Of roles, log groups, buckets and the account itself."""
    assert FACTS.root == "arn:aws:iam::210987654321:root"
    assert FACTS.role("r") == "arn:aws:iam::210987654321:role/r"
    assert FACTS.log_group("/a/b") == "arn:aws:logs:eu-west-1:210987654321:log-group:/a/b"
    assert Facts.bucket("b") == "arn:aws:s3:::b"
    assert json.dumps(vars(FACTS)) == '{"account": "210987654321", "region": "eu-west-1"}'
