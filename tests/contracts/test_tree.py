"""The tree of resources: who is whose child, what everything is called, and that the stack file alone decides it."""

import re

import pytest

from preview.recorder import record
from preview.recording import RecordedResource
from settings.file import stackfile
from tests.contracts.discovery import classes, token
from tests.contracts.recordings import ancestors, each_run, each_stack, managed, of_ours
from tests.stacks import PROJECT, ROOT, recorded


@each_stack
@each_run
def test_every_resource_stands_below_a_component_of_ours(stack, known):
    """Only the stack, its provider and the components themselves stand elsewhere."""
    stack = recorded(stack, known)
    orphans = [
        each.urn
        for each in managed(stack)
        if not any(parent.package == "cloudplatform" for parent in ancestors(stack, each))
    ]
    assert orphans == []
    assert len(managed(stack)) >= 10, "hardly anything was recorded: is the program still run?"


@each_stack
@each_run
def test_children_begin_with_their_parents_name(stack, known):
    """So a name says where a thing belongs, and two components never fight for one."""
    stack = recorded(stack, known)
    strangers = [
        each.urn
        for each in stack.resources.values()
        if each.parent in stack.resources and not each.name.startswith(f"{stack.resources[each.parent].name}-")
    ]
    assert strangers == []


@each_stack
def test_logical_names_carry_neither_project_nor_environment(stack):
    """`cache-store` is the same path in every stack: the stack stands in the URN already."""
    words = {PROJECT, "cloud-platform", *stack.split("/")}
    carrying = [
        each.name
        for each in recorded(stack, False).resources.values()
        if words & set(re.split(r"[-.]", each.name.removesuffix(_address(each))))
    ]
    assert carrying == []


def _address(each: RecordedResource) -> str:
    """The address by which a subscription by e-mail is called: its owner's words, whatever they are."""
    mail = each.type == "aws:sns/topicSubscription:TopicSubscription" and each["protocol"] == "email"
    return re.sub(r"\.", "-", each["endpoint"].replace("@", "-at-")) if mail else ""


@each_stack
@each_run
def test_type_tokens_follow_the_folders(stack, known):
    """`cloudplatform:<folder>:<Class>`; every recorded component is one that the walk over the package found."""
    tokens = {token(component) for component in classes()}
    assert {each.type for each in of_ours(recorded(stack, known))} <= tokens


@each_stack
def test_the_stack_file_alone_decides_what_there_is(stack):
    """The first preview, which knows no output, shows every resource that the update will make."""
    first, later = recorded(stack, False), recorded(stack, True)
    assert first.resources.keys() == later.resources.keys()


@each_stack
@each_run
def test_nothing_is_asked_of_aws(stack, known):
    """No provider function is called, and nothing is looked up."""
    recording = recorded(stack, known)
    assert recording.invokes == ()
    assert [each.urn for each in recording.resources.values() if each.read] == []


@each_stack
@each_run
def test_the_program_is_silent(stack, known):
    """Neither the SDK nor we warn of anything."""
    assert recorded(stack, known).messages == ()


@each_stack
@each_run
def test_no_output_is_pasted_into_text(stack, known):
    """`f"{output}"` does not fail: it leaves this warning in the text."""
    recording = recorded(stack, known)
    spoilt = [each.urn for each in recording.resources.values() if "Calling __str__ on an Output" in str(each.inputs)]
    assert spoilt == []
    assert "Calling __str__" not in str(recording.outputs)


def test_a_resource_that_an_output_decides_is_noticed():
    """The comparison of both runs can fail: something made inside `apply` is missing in the first."""
    import pulumi_random as random

    def program():
        first = random.RandomId("first", byte_length=1)
        first.hex.apply(lambda _: random.RandomId("second", byte_length=1))

    def run(known):
        return record(program, project="p", stack="s", config={}, known=known).resources.keys()

    assert run(True) - run(False) == {"urn:pulumi:s::p::random:index/randomId:RandomId::second"}


@pytest.mark.parametrize("stack", ["dev", "shared"])
def test_the_program_reads_nothing_but_its_configuration(stack, monkeypatch, tmp_path):
    """Credentials, profiles and proxies of whoever runs it change nothing, nor does the folder."""
    config = stackfile.read(ROOT / f"Pulumi.{stack}.yaml", PROJECT)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_ACCESS_KEY_ID", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "nonsense")

    def program():
        import runpy

        monkeypatch.chdir(tmp_path)
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")

    found = record(program, project=PROJECT, stack=stack, config=config, known=False)
    assert found.resources == recorded(stack, False).resources
