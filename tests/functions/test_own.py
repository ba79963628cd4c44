"""The sample functions of techcorp: what each tells of an event, and what it refuses; and their archives."""

import json
import runpy
from datetime import UTC, datetime
from typing import Any

import pytest

from components.platform.function_definitions import own_function_definitions
from functions.common.function import FunctionDefinition
from functions.packaging import PackagingError, archive, files
from settings.file import reading, stackfile
from tests.functions.emulated import Aws
from tests.javascript import answer
from tests.stacks import BLUEPRINTS

FOLDER = BLUEPRINTS / "techcorp/functions"
TIME = "2026-11-29T04:00:00Z"
MILLISECONDS = 1795924800000
COUNT, BYTES = {"Name": "Objects", "Unit": "Count"}, {"Name": "Bytes", "Unit": "Bytes"}
#: Runs the handler with each event; says what it wrote, or which error it ended with.
NODE = """
import('file://' + %s).then(async ({ handle }) => {
  process.env.ENVIRONMENT = 'test';
  const answers = [], write = process.stdout.write;
  for (const event of JSON.parse(require('fs').readFileSync(0, 'utf8'))) {
    let written = '';
    process.stdout.write = text => { written += text; return true; };
    try { await handle(event); } catch (error) { written = `${error.name}: ${error.message}`; }
    answers.push(written);
  }
  process.stdout.write = write;
  console.log(JSON.stringify(answers));
});
"""


def _line(dimensions: dict[str, str], metrics: list[dict[str, str]], **values: int | str) -> dict[str, Any]:
    """What CloudWatch takes a metric from: its specification of the embedded metric format."""
    directive = {
        "Namespace": "TechCorp/Functions",
        "Dimensions": [["Environment", *dimensions]],
        "Metrics": metrics,
    }
    return {
        "_aws": {"Timestamp": MILLISECONDS, "CloudWatchMetrics": [directive]},
        "Environment": "test",
        **dimensions,
        **values,
    }


def _python(name: str, monkeypatch: pytest.MonkeyPatch, **environment: str) -> Any:
    for key, value in {"ENVIRONMENT": "test", **environment}.items():
        monkeypatch.setenv(key, value)
    return runpy.run_path(str(FOLDER / name / "handler.py"))["handle"]


def test_events_are_counted():
    """One for each event, by source and kind, at the time of the event; one line alone, as CloudWatch reads lines."""
    event = {
        "id": "e-1",
        "source": "techcorp.billing",
        "detail-type": "InvoicePaid",
        "time": TIME,
        "detail": {"sum": 3},
    }
    events = [event, {**event, "time": "soon"}, {"Records": []}]
    counted, *refused = answer(NODE % json.dumps(str(FOLDER / "event_counts/handler.mjs")), events)
    metrics = [{"Name": "Events", "Unit": "Count"}]
    assert counted.endswith("\n")
    dimensions = {"Source": "techcorp.billing", "Kind": "InvoicePaid"}
    assert json.loads(counted) == _line(dimensions, metrics, Events=1, id="e-1")
    assert refused == ["TypeError: this is no event of EventBridge"] * 2


def _object(kind: str, **words: object) -> dict[str, Any]:
    detail = {"bucket": {"name": "files"}, "object": {"key": "a", **words}}
    return {"source": "aws.s3", "detail-type": f"Object {kind}", "time": TIME, "detail": detail}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (_object("Created", size=5), _line({"Bucket": "files", "Kind": "created"}, [COUNT, BYTES], Objects=1, Bytes=5)),
        (_object("Created", size=0), _line({"Bucket": "files", "Kind": "created"}, [COUNT, BYTES], Objects=1, Bytes=0)),
        (_object("Deleted"), _line({"Bucket": "files", "Kind": "deleted"}, [COUNT], Objects=1)),
    ],
)
def test_objects_are_counted(monkeypatch, capsys, event, wanted):
    """What comes with its size, an empty object too; of what goes S3 tells none."""
    _python("object_counts", monkeypatch)(event, None)
    assert json.loads(capsys.readouterr().out) == wanted


def test_other_events_of_objects_are_refused(monkeypatch):
    """A rule that lets them through is noticed by the function's alarm."""
    with pytest.raises(KeyError, match="Object Tags Added"):
        _python("object_counts", monkeypatch)(_object("Tags Added"), None)


def test_the_newest_object_has_its_age(monkeypatch, capsys, aws: Aws):
    """Of all of them, the newest; of an empty bucket there is none to tell of."""
    handle = _python("freshness", monkeypatch, BUCKET="files")
    storage = aws.its("s3")
    storage.create_bucket(Bucket="files")
    with pytest.raises(LookupError, match="files is empty"):
        handle({}, None)
    for key in ("a", "b"):
        storage.put_object(Bucket="files", Key=key)
    handle({}, None)
    line = json.loads(capsys.readouterr().out)
    told = datetime.fromtimestamp(line["_aws"].pop("Timestamp") / 1000, UTC)
    assert abs((told - datetime.now(UTC)).total_seconds()) < 60
    assert 0 <= line.pop("NewestObjectAge") < 60
    wanted = _line({"Bucket": "files"}, [{"Name": "NewestObjectAge", "Unit": "Seconds"}])
    wanted["_aws"].pop("Timestamp")
    assert line == wanted


def _own() -> dict[str, FunctionDefinition]:
    file = BLUEPRINTS / "techcorp/Pulumi.production.yaml"
    read = reading.read(stackfile.read(file, "cloudplatform"), project="techcorp", stack="production")
    return own_function_definitions(read)


def test_an_archive_is_its_folder():
    """25 functions of three folders: the handler alone, named from the project's root."""
    declared = _own()
    assert len(declared) == 25
    assert {each.code: list(archive(each).assets) for each in declared.values()} == {
        "blueprints/techcorp/functions/event_counts": ["handler.mjs"],
        "blueprints/techcorp/functions/object_counts": ["handler.py"],
        "blueprints/techcorp/functions/freshness": ["handler.py"],
    }
    assert {path.name for path in FOLDER.iterdir()} == {
        (each.code or "").rpartition("/")[2] for each in declared.values()
    }


def test_a_folder_without_a_handler_is_refused():
    """At the preview: Lambda would take the archive, and fail at the first event."""
    nothing = FunctionDefinition(name="f", purpose="", handler="handler.handle", seconds=1, code="docs/runbooks")
    with pytest.raises(PackagingError, match=r"docs/runbooks has no handler\.py and no handler\.mjs"):
        files(nothing)
