"""Every component keeps the house's form; found by walking the package, so that a new one cannot be forgotten."""

import ast
import dataclasses
import importlib
import inspect
import re
import types
from functools import cache
from pathlib import Path

import pulumi
import pytest

from components.component import Args, Component
from preview.recording import RecordedResource, Recording
from tests.components.examples import COMMON, EXAMPLES, built, example
from tests.contracts.discovery import classes, each_component, every_component, modules, token

OURS = "it"


@cache
def _recorded(component: type[Component], known: bool) -> tuple[Recording, set[str]]:
    """The example, recorded once for all that is asked of it, and what its constructor set."""
    attributes: set[str] = set()

    def program():
        attributes.update(vars(component(OURS, EXAMPLES[component](**COMMON), None)))

    return built(program, known), attributes


def _example(component: type[Component], known: bool = True) -> Recording:
    return _recorded(component, known)[0]


def _it(recording: Recording) -> RecordedResource:
    [component] = recording.named(OURS)
    return component


def _children(recording: Recording) -> list[RecordedResource]:
    return recording.children(_it(recording).urn)


def test_every_component_has_an_example():
    """Whoever adds a component gives it arguments in tests/components/examples/, and all this holds for it."""
    assert set(EXAMPLES) == set(classes())
    assert len(classes()) >= 23


def test_one_component_a_file():
    """A file holds one component class, or none."""
    count = {name: sum(each.__module__ == name for each in classes()) for name in modules()}
    assert {name for name, number in count.items() if number > 1} == set()


@every_component
def test_its_file_is_called_as_it_is(component):
    """Whoever looks for one finds it by its name: `WebAcl` in web_acl.py."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", component.__name__)
    assert component.__module__.rpartition(".")[2] == words.lower()


@every_component
def test_its_signature_is_that_of_every_component(component):
    """`(name, args, opts=None)`; `args` is a frozen, keyword-only dataclass beside it in the file."""
    name, args, opts = list(inspect.signature(component.__init__).parameters.values())[1:]
    assert (name.name, args.name, opts.name) == ("name", "args", "opts")
    assert (name.default, args.default, opts.default) == (inspect.Parameter.empty, inspect.Parameter.empty, None)
    given = getattr(importlib.import_module(component.__module__), f"{component.__name__}Args")
    assert args.annotation is given
    assert issubclass(given, Args)
    assert given.__dataclass_params__.frozen
    assert {field.kw_only for field in dataclasses.fields(given)} == {True}
    assert "__dataclass_fields__" in vars(given), "the subclass itself must be a dataclass"
    assert issubclass(component, Component)


@every_component
def test_its_docstring_says_what_it_creates(component):
    """A sentence "Creates …" in the class's own docstring, and one in its arguments'."""
    assert re.search(r"(^|\n\s*)Creates [a-z].*", component.__doc__ or "", re.DOTALL)
    arguments = getattr(importlib.import_module(component.__module__), f"{component.__name__}Args")
    assert not (arguments.__doc__ or "").startswith(f"{arguments.__name__}("), "dataclass made this docstring"


def _values(component: type) -> set[str]:
    """The typed public attributes that are outputs or values; a neighbour's handle on a resource is none."""
    hints = inspect.get_annotations(component)
    return {name for name, hint in hints.items() if not name.startswith("_") and not _is_resource(hint)}


def _is_resource(hint: object) -> bool:
    return isinstance(hint, type) and not isinstance(hint, types.GenericAlias) and issubclass(hint, pulumi.Resource)


@each_component
@pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])
def test_it_registers_its_typed_attributes(component, known):
    """`register_outputs` was called, with exactly the attributes that the class declares."""
    registered = _it(_example(component, known)).registered
    assert registered is not None
    assert registered.keys() == _values(component)
    assert registered


@every_component
def test_it_sets_what_it_declares_and_nothing_else(component):
    """Each declared attribute is there after the constructor, and no public one is undeclared."""
    public = {name for name in _recorded(component, True)[1] if not name.startswith("_")} - {"urn", "id"}
    declared = {name for name in inspect.get_annotations(component) if not name.startswith("_")}
    assert public == declared


@every_component
def test_registering_comes_last(component):
    """Nothing of the constructor happens after `register_outputs`."""
    tree = ast.parse(Path(inspect.getfile(component)).read_text())
    [own] = [each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == component.__name__]
    [init] = [each for each in own.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
    assert ast.unparse(init.body[-1]).startswith("self.register_outputs(")
    assert "super().__init__(name, args, opts)" in ast.unparse(init.body[0])


@every_component
def test_its_token_and_names(component):
    """Its type is `cloudplatform:<folder>:<Class>`; its children are its own and begin with its name."""
    recording = _example(component)
    assert _it(recording).type == token(component)
    assert _children(recording), "a component without children is none"
    for each in _children(recording):
        assert each.name.startswith(f"{OURS}-")


@every_component
def test_outputs_decide_nothing(component):
    """Alone, too, it registers the same resources whether outputs are known or not."""
    assert _example(component, True).resources.keys() == _example(component, False).resources.keys()


@each_component
def test_the_callers_options_stay_with_it(component):
    """Merged into its children they would move them, or give each the same alias."""

    def options():
        above = pulumi.ComponentResource("test:index:Above", "above")
        earlier = pulumi.ComponentResource("test:index:Earlier", "earlier")
        return pulumi.ResourceOptions(
            parent=above,
            aliases=[pulumi.Alias(name="old")],
            ignore_changes=["tags"],
            replace_on_changes=["tags"],
            delete_before_replace=True,
            retain_on_delete=True,
            depends_on=[earlier],
            custom_timeouts=pulumi.CustomTimeouts(create="1m"),
        )

    plain, given = _example(component), example(component, opts=options)
    assert [alias["spec"]["name"] for alias in _it(given).options.aliases] == ["old"]
    assert given.resources[_it(given).parent].name == "above"
    before = {(each.type, each.name): each.options for each in _children(plain)}
    after = {(each.type, each.name): each.options for each in _children(given)}
    assert after == before


#: Their examples bring neighbours, which have names of their own.
ALONE = {
    "Alarms",
    "Cdn",
    "Canary",
    "ClusterEvents",
    "Dashboard",
    "DeploymentFailures",
    "Findings",
    "Function",
    "FunctionRule",
    "ImagePipeline",
    "Key",
    "LoadBalancer",
    "LogArchive",
    "Notifier",
    "Recorder",
    "Replication",
    "Report",
    "Rotation",
    "Scaling",
    "Service",
    "Shutdown",
    "Site",
    "SnapshotExport",
    "Trail",
}


@pytest.mark.parametrize("component", [it for it in classes() if it.__name__ not in ALONE], ids=lambda it: it.__name__)
def test_two_of_it_can_stand_side_by_side(component):
    """No child's logical name is fixed: a second instance with another name collides with nothing."""

    def program():
        component(OURS, EXAMPLES[component](**COMMON), None)
        component("other", EXAMPLES[component](**COMMON), None)

    names = [each.name for each in built(program).resources.values()]
    assert sum(name.startswith("other-") for name in names) == sum(name.startswith("it-") for name in names) > 0
