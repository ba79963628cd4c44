"""Reading containers, however they are written, and the names of images."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.aws.containers import BATCH_JOB, ECS_DAEMON, ECS_TASK, Container, ImageName, containers, image, runs_as_root
from guard.model.graph import ABSENT, UNKNOWN, Resource
from guard.rules.container_hardening.containers import gives_away_host

ONE: dict[str, Any] = {"name": "app", "image": "quay:1", "linuxParameters": {"capabilities": {"add": ["CHOWN"]}}}


def resource(token: str = ECS_TASK, **inputs: Any) -> Resource:
    return Resource(f"urn:pulumi:s::p::{token}::it", token, inputs)


def read(value: Any, token: str = ECS_TASK, path: str = "containerDefinitions") -> list[Container | str]:
    return list(containers(resource(token, **{path: value})))


def names(found: list[Container | str]) -> list[str]:
    return [one if isinstance(one, str) else one.name for one in found]


@pytest.mark.parametrize(
    "value", [[ONE], ONE, json.dumps([ONE]), json.dumps(ONE), f"  {json.dumps([ONE], indent=2)}\n"], ids=repr
)
def test_a_container_is_read_from_text_and_data(value: Any) -> None:
    (found,) = read(value)
    assert isinstance(found, Container)
    assert (found.name, found["image"], found["linuxParameters.capabilities.add"]) == ("app", "quay:1", ["CHOWN"])
    assert found["user"] is ABSENT


def test_keys_are_read_in_any_case() -> None:
    (found,) = read(
        '[{"Name": "app", "READONLYROOTFILESYSTEM": true, "LinuxParameters": {"InitProcessEnabled": true}}]'
    )
    assert isinstance(found, Container)
    assert found.name == "app"
    assert found["readonlyRootFilesystem"] is True
    assert found["linuxParameters.initProcessEnabled"] is True


def test_every_container_is_read_and_called_by_name_or_place() -> None:
    assert names(read([{"name": "app"}, {}, {"name": UNKNOWN}])) == ["app", "container 2", "container 3"]


def test_what_is_not_known_is_said() -> None:
    assert read(UNKNOWN) == ["containerDefinitions"]
    assert names(read([{"name": "app"}, UNKNOWN])) == ["containerDefinitions", "app"]
    (found,) = read([{"name": "app", "image": UNKNOWN}])
    assert isinstance(found, Container)
    assert found["image"] is UNKNOWN


@pytest.mark.parametrize("value", ["", "what?", "[", "[]", "null", "[null]", "7", [], None, True])
def test_what_describes_no_container_has_none(value: Any) -> None:
    assert read(value) == []


def test_jobs_keep_containers_in_several_places() -> None:
    found = list(
        containers(
            resource(
                BATCH_JOB,
                containerProperties=json.dumps({"image": "a"}),
                ecsProperties=json.dumps({"taskProperties": [{"containers": [{"name": "b"}, {"name": "c"}]}]}),
                nodeProperties=json.dumps(
                    {"nodeRangeProperties": [{"container": {"image": "d"}}, {"container": {"image": "e"}}]}
                ),
                eksProperties={"podProperties": {"containers": [{"name": "f"}]}},
            )
        )
    )
    assert names(found) == ["container 1", "b", "c", "container 1", "container 2", "f"]
    assert [one.at for one in found if isinstance(one, Container)] == [
        "containerProperties", "ecsProperties", "ecsProperties", "nodeProperties", "nodeProperties", "eksProperties",
    ]  # fmt: skip


def test_a_daemon_has_blocks() -> None:
    assert names(read([ONE], ECS_DAEMON)) == ["app"]


KEYS = st.sampled_from(("user", "privileged", "image", "readonlyRootFilesystem"))
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(st.lists(st.dictionaries(KEYS, VALUES, min_size=1), max_size=4))
def test_text_and_data_read_the_same(blocks: list[dict[str, Any]]) -> None:
    plain = [{key: value for key, value in block.items() if value is not None} for block in blocks]
    assert read(json.dumps(blocks)) == read(plain) or read(json.dumps(blocks)) == read(blocks)


DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "parts", "pinned"),
    [
        ("quay", ImageName("", "quay", "", ""), False),
        ("quay:latest", ImageName("", "quay", "latest", ""), False),
        ("quay:2.7.1", ImageName("", "quay", "2.7.1", ""), True),
        ("library/quay:main", ImageName("", "library/quay", "main", ""), False),
        ("registry.example:5000/app", ImageName("registry.example:5000", "app", "", ""), False),
        ("registry.example:5000/app:2.7.1", ImageName("registry.example:5000", "app", "2.7.1", ""), True),
        ("registry.example:5000/team/app:9fceb02", ImageName("registry.example:5000", "team/app", "9fceb02", ""), True),
        ("localhost/app:1", ImageName("localhost", "app", "1", ""), True),
        (f"quay@{DIGEST}", ImageName("", "quay", "", DIGEST), True),
        (
            f"registry.example:5000/app:latest@{DIGEST}",
            ImageName("registry.example:5000", "app", "latest", DIGEST),
            True,
        ),
        (
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/quay:LATEST",
            ImageName("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "quay", "LATEST", ""),
            False,
        ),
    ],
)
def test_an_image_is_taken_apart(text: str, parts: ImageName, pinned: bool) -> None:
    assert image(text) == parts
    assert image(text).pinned is pinned


PART = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
REGISTRY = st.builds("{}.example:{}".format, PART, st.integers(1, 65535)) | st.just("localhost")


@given(st.none() | REGISTRY, st.lists(PART, min_size=1, max_size=3), st.none() | PART, st.booleans())
def test_an_image_is_put_together_again(registry: str | None, path: list[str], tag: str | None, digest: bool) -> None:
    name = "/".join([*([registry] if registry else []), *path])
    found = image(name + (f":{tag}" if tag else "") + (f"@{DIGEST}" if digest else ""))
    assert found == ImageName(registry or "", "/".join(path), tag or "", DIGEST if digest else "")
    assert found.pinned == (
        digest or (tag is not None and tag not in ("latest", "main", "dev", "edge", "head", "stable"))
    )


@pytest.mark.parametrize(
    "user", [ABSENT, None, "", "root", "ROOT", " root ", "0", 0, "00", "0:0", "root:app", "0:1000"]
)
def test_root_in_every_spelling(user: Any) -> None:
    assert runs_as_root(user) is True


@pytest.mark.parametrize("user", ["app", "app:app", "1000", 1000, "1000:0", "10", "rooter", "nobody"])
def test_others_are_not_root(user: Any) -> None:
    assert runs_as_root(user) is False


def test_root_on_windows() -> None:
    assert runs_as_root(UNKNOWN) is UNKNOWN
    assert runs_as_root("ContainerAdministrator", windows=True) is True
    assert runs_as_root(ABSENT, windows=True) is True
    assert runs_as_root("ContainerUser", windows=True) is False


@pytest.mark.parametrize(
    "path",
    [
        "/", "//", "/var", "/var/run", "/var/run/docker.sock", "/run/docker.sock", "/opt/../var/run/docker.sock",
        "/etc", "/etc/kubernetes", "/proc/1", "/sys/", "/dev/sda", "/root/.ssh", "/var/lib", "/var/lib/docker/volumes",
        "/usr/bin", "/opt/sockets/docker.sock",
    ],
)  # fmt: skip
def test_paths_that_are_the_host(path: str) -> None:
    assert gives_away_host(path)


@pytest.mark.parametrize(
    "path",
    [
        "/data",
        "/data/etc",
        "/etcetera",
        "/srv/quay",
        "/var/log/quay",
        "/mnt/efs",
        "/etc/localtime",
        "/dev/shm",
        "/runner",
    ],
)
def test_paths_that_are_not(path: str) -> None:
    assert not gives_away_host(path)
