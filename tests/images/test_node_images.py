"""TC and WP: the images that run Node and nginx, as processes and as files: no Docker is needed, and none is used."""

import json
import os
import re
import shutil
import signal
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from app.tests import servers
from tests.images.processes import answering, ask, started
from tests.images.test_image_files import instructions
from tests.requirements.reading import of
from tests.stacks import BLUEPRINT_STACKS, BLUEPRINTS, ROOT, recorded

TECHCORP = [each for each in BLUEPRINT_STACKS if each.startswith("techcorp/")]
PLATFORM = ["web-platform/staging", "web-platform/production"]
API, BACKEND = BLUEPRINTS / "techcorp/images/api", BLUEPRINTS / "web-platform/images/backend"
FRONTEND = BLUEPRINTS / "web-platform/images/frontend"
NGINX = r"docker\.io/library/nginx:\d+\.\d+\.\d+-alpine\d\.\d+"
ALPINE = r"docker\.io/library/node:\d+\.\d+\.\d+-alpine\d\.\d+"


def running(stack: str, repository: str) -> list[dict[str, Any]]:
    """The containers of a stack that run the image of a repository."""
    tasks = [json.loads(each["containerDefinitions"]) for each in of(recorded(stack, True), "ecs.TaskDefinition")]
    found = [each for task in tasks for each in task if each["image"].partition(":")[0].endswith(repository)]
    assert found
    return found


def agrees(file: Path, container: dict[str, Any]) -> None:
    """Port, user and the program of the health command are those of the image."""
    found = dict(instructions(file))
    assert [each["containerPort"] for each in container["portMappings"]] == [int(found["EXPOSE"])]
    assert container["user"] in (found["USER"], found["USER"].partition(":")[0])
    program = container["healthCheck"]["command"][1].split()[0]
    # BusyBox, which Alpine has, brings wget.
    assert program == "wget" or f"apk add --no-cache {program}" in found["RUN"]


def answers(image: Path, given: dict[str, str], health: str, other: str, tmp_path: Path) -> None:
    """By its image's command: 200 on the health path and on another one, of which it writes a line; SIGTERM ends it."""
    port = servers.free_port()
    command = json.loads(dict(instructions(image / "Dockerfile"))["CMD"])
    with started(command, image, given | {"PORT": str(port)}, tmp_path / "output") as program:
        url = f"http://127.0.0.1:{port}"
        answering(f"{url}{health}", program)
        assert (ask(f"{url}{health}").status, ask(f"{url}{health}").body) == (200, {"status": "ok"})
        assert ask(f"{url}{other}").body["path"] == other
        lines = [json.loads(each) for each in program.stop()]
    assert [(each["path"], each["status"]) for each in lines] == [(other, 200)]


@pytest.mark.requirement("TC-APP-01", stacks=TECHCORP)
def test_techcorps_container_answers(tmp_path: Path) -> None:
    """On /health, on the port that each stack sends requests to."""
    for stack in TECHCORP:
        for container in running(stack, "techcorp/api"):
            agrees(API / "Dockerfile", container)
            assert "http://localhost:8080/health" in container["healthCheck"]["command"][1]
    assert "process.env.PORT ?? 8080" in (API / "server.mjs").read_text()
    given = {each["name"]: each["value"] for each in running("techcorp/production", "techcorp/api")[0]["environment"]}
    answers(API, given, "/health", "/billing/1", tmp_path)


@pytest.mark.requirement("WP-APP-02", stacks=PLATFORM)
def test_the_platforms_back_end_answers(tmp_path: Path) -> None:
    """On port 3001, where health is asked and the load balancer sends /api."""
    for stack in PLATFORM:
        for container in running(stack, "backend"):
            agrees(BACKEND / "Dockerfile", container)
            assert "http://localhost:3001/api/health" in container["healthCheck"]["command"][1]
    assert "process.env.PORT ?? 3001" in (BACKEND / "server.mjs").read_text()
    answers(BACKEND, {}, "/api/health", "/api/orders", tmp_path)


@pytest.mark.requirement("WP-APP-01", stacks=PLATFORM)
def test_the_platforms_front_end_is_served(tmp_path: Path) -> None:
    """By nginx on port 80, as the image configures it: the page at every path, but no file that is not there."""
    for stack in PLATFORM:
        for container in running(stack, "frontend"):
            agrees(FRONTEND / "Dockerfile", container)
            assert "http://localhost/ " in container["healthCheck"]["command"][1]
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}{ROOT / 'build/nginx/usr/sbin'}")
    if not nginx:
        pytest.skip("there is no nginx: run .ci/nginx")
    port, text = servers.free_port(), (FRONTEND / "nginx.conf").read_text()
    here = {"listen 80": f"listen 127.0.0.1:{port}", "/var/run": f"{tmp_path}", "/var/cache/nginx": f"{tmp_path}"}
    for there, place in {**here, "/usr/share/nginx": f"{FRONTEND}"}.items():
        assert there in text
        text = text.replace(there, place)
    (tmp_path / "nginx.conf").write_text(text)
    command = (nginx, "-p", f"{tmp_path}", "-c", f"{tmp_path}/nginx.conf", "-g", "daemon off;")
    page = (FRONTEND / "html/index.html").read_bytes()
    with servers.running(*command, end=signal.SIGTERM):
        url = f"http://127.0.0.1:{port}"
        servers.until(lambda: urllib.request.urlopen(url).status == 200)
        for path in ("/", "/orders/1"):
            with urllib.request.urlopen(f"{url}{path}") as answer:
                assert (answer.read(), answer.headers["Content-Type"]) == (page, "text/html; charset=utf-8")
                assert answer.headers["Server"] == "nginx"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{url}/assets/index-1.js")


@pytest.mark.requirement("TC-CMP-15", stacks=TECHCORP)
def test_techcorps_images_are_alpine() -> None:
    """Each stage of each, at an exact version; and every container but the collector runs one of them."""
    files = sorted((BLUEPRINTS / "techcorp").glob("images/*/Dockerfile"))
    assert files == [API / "Dockerfile"]
    check(files)
    for stack in TECHCORP:
        tasks = [json.loads(each["containerDefinitions"]) for each in of(recorded(stack, True), "ecs.TaskDefinition")]
        images = {each["image"].partition(":")[0].partition("/")[2] for task in tasks for each in task}
        assert images == {"techcorp/api", "aws-observability/aws-otel-collector"}


def test_the_platforms_images_are_alpine() -> None:
    check([BACKEND / "Dockerfile"])
    check([FRONTEND / "Dockerfile"], NGINX)


def check(files: list[Path], base: str = ALPINE) -> None:
    """Two stages of one base; the last is called production, and its user is a number."""
    for file in files:
        found = instructions(file)
        bases = [rest.split() for word, rest in found if word == "FROM"]
        assert [each[1:] for each in bases] == [["AS", "build"], ["AS", "production"]]
        assert len({each[0] for each in bases}) == 1
        assert re.fullmatch(base, bases[0][0])
        assert re.fullmatch(r"\d+:\d+", dict(found)["USER"])


@pytest.mark.parametrize("base", ["docker.io/library/node:24.11.0-trixie", "docker.io/library/node:alpine"])
def test_another_base_is_noticed(base: str, tmp_path: Path) -> None:
    broken = tmp_path / "Dockerfile"
    broken.write_text(re.sub(ALPINE, base, (API / "Dockerfile").read_text()))
    with pytest.raises(AssertionError):
        check([broken])
