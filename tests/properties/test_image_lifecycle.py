"""No life cycle deletes what runs, or what may be rolled back to: ECR's evaluation as a model, and our histories.

The model is of ECR's user guide, "Automate the cleanup of images by using lifecycle policies": rules are asked in the
order of their priorities; an image that has the tags of a rule is expired by that rule or by none; images are counted
from the one pushed last, those that an earlier rule has taken too; another tag does not change when one was pushed.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from components.compute.registry import lifecycle
from settings.tables.compute import RepositoryTable

ENVIRONMENTS: Final = ("dev", "staging", "prod")
KEEP_TAGS: Final = ("prod", "staging", "dev")


@dataclass
class Pushed:
    """An image in a repository."""

    pushed: int  #: day
    tags: set[str] = field(default_factory=set)


def fits(selection: dict[str, Any], image: Pushed) -> bool:
    """Whether an image has the tags that a rule is for."""
    match selection["tagStatus"]:
        case "any":
            return True
        case "untagged":
            return not image.tags
        case _:
            patterns = [*selection.get("tagPatternList", ()), *(f"{it}*" for it in selection.get("tagPrefixList", ()))]
            regular = [re.escape(pattern).replace(r"\*", ".*") for pattern in patterns]
            return all(any(re.fullmatch(each, tag) for tag in image.tags) for each in regular)


def expired(policy: str, images: list[Pushed], today: int) -> list[Pushed]:
    """What ECR deletes of the images, which stand in the order in which they were pushed."""
    gone: list[Pushed] = []
    decided: list[Pushed] = []
    for rule in sorted(json.loads(policy)["rules"], key=lambda each: each["rulePriority"]):
        selection = rule["selection"]
        found = [image for image in reversed(images) if fits(selection, image)]
        number = selection["countNumber"]
        over = found[number:] if selection["countType"] == "imageCountMoreThan" else [
            image for image in found if today - image.pushed > number
        ]  # fmt: skip
        gone += [image for image in over if not any(image is each for each in decided)]
        decided += [image for image in found if not any(image is each for each in decided)]
    return gone


@dataclass
class Pipeline:
    """What the workflows and people do to a repository, and ECR in between."""

    policy: str
    images: list[Pushed] = field(default_factory=list)
    day: int = 0
    runs: dict[str, Pushed] = field(default_factory=dict)
    passed: dict[str, list[Pushed]] = field(default_factory=lambda: {each: [] for each in ENVIRONMENTS})

    def build(self) -> None:
        """A commit is built and pushed; `latest` moves to it."""
        self.day += 1
        image = Pushed(self.day, {f"{self.day:07x}", "latest"})
        for each in self.images:
            each.tags.discard("latest")
        self.images.append(image)

    def deploy(self, environment: str, image: Pushed, passes: bool) -> None:
        """The service runs the image, and the environment's tag moves to it; its release tag says that it passed."""
        for each in self.images:
            each.tags.discard(environment)
        image.tags.add(environment)
        self.runs[environment] = image
        if passes:
            image.tags.add(f"{environment}-{image.pushed:07x}")
            if image not in self.passed[environment]:
                self.passed[environment].append(image)

    def candidates(self, environment: str) -> list[Pushed]:
        """What the workflow deploys: in dev what was built last, elsewhere what passed the environment before."""
        before = dict(zip(ENVIRONMENTS[1:], ENVIRONMENTS, strict=False)).get(environment)
        from_before = [each for each in self.passed[before] if each in self.images] if before else self.images[-1:]
        return sorted(from_before, key=lambda each: each.pushed)

    def sweep(self) -> None:
        """ECR evaluates the policy."""
        gone = expired(self.policy, self.images, self.day)
        self.images = [each for each in self.images if not any(each is other for other in gone)]


STEPS = st.lists(
    st.tuples(st.sampled_from(["build", "build", "deploy", "back", "sweep"]), st.sampled_from(ENVIRONMENTS),
              st.integers(0, 11), st.booleans()),
    min_size=20, max_size=120,
)  # fmt: skip


def follow(policy: str, steps: list[tuple[str, str, int, bool]], releases: int) -> list[str]:
    """What was lost that ran, or that was one of the last releases of an environment; after each step."""
    pipeline, lost = Pipeline(policy), []
    for step, environment, number, passes in steps:
        match step:
            case "build":
                pipeline.build()
            case "deploy" if found := pipeline.candidates(environment):
                pipeline.deploy(environment, found[-1 - number % len(found)], passes)
            case "back" if found := [each for each in pipeline.passed[environment] if each in pipeline.images]:
                pipeline.deploy(environment, found[number % len(found)], passes)
            case _:
                pipeline.sweep()
        for name in ENVIRONMENTS:
            last = sorted(pipeline.passed[name], key=lambda each: each.pushed)[-releases:]
            kept = [pipeline.runs[name], *last] if name in pipeline.runs else last
            lost += [name for each in kept if not any(each is other for other in pipeline.images)]
    return lost


@given(STEPS, st.integers(1, 3), st.integers(1, 4))
def test_what_runs_and_the_last_releases_survive(steps: list[Any], keep: int, releases: int) -> None:
    """Whatever is built, deployed, rolled back and swept, in any order, and however few of the rest are kept."""
    table = RepositoryTable(keep=keep, keep_tags=KEEP_TAGS, releases=releases, untagged_days=1)
    assert follow(lifecycle(table), steps, releases) == []


def test_the_policy_before_lost_what_ran() -> None:
    """One image of everything that begins with `prod`: after a rollback the running one goes."""
    rules = [
        {"rulePriority": 1, "selection": {"tagStatus": "tagged", "tagPrefixList": ["prod"],
                                          "countType": "imageCountMoreThan", "countNumber": 1}},
        {"rulePriority": 2, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}},
    ]  # fmt: skip
    older, newer = Pushed(1, {"a", "prod-a", "prod"}), Pushed(2, {"b", "prod-b"})
    assert expired(json.dumps({"rules": rules}), [older, newer], 3) == [older]
    table = RepositoryTable(keep=1, keep_tags=("prod",), releases=2)
    assert expired(lifecycle(table), [older, newer], 3) == []


def test_the_rest_goes() -> None:
    """Beyond what is kept: an old release, what has no tag for a week, and builds that nobody deployed."""
    table = RepositoryTable(keep=2, keep_tags=("prod",), releases=1, untagged_days=7)
    bare, old, runs, built, new, last = (
        Pushed(1), Pushed(2, {"a", "prod-a"}), Pushed(3, {"b", "prod-b", "prod"}), Pushed(4, {"c"}), Pushed(5, {"d"}),
        Pushed(9, {"e", "latest"}),
    )  # fmt: skip
    assert expired(lifecycle(table), [bare, old, runs, built, new, last], 9) == [old, bare, built]
    assert expired(lifecycle(table), [bare], 8) == []
