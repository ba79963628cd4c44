"""Generated SDKs from kept byte code: the same stacks, the same types; a broken cache is no matter."""

import os
import pickle
import re
import shutil
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import _types as types

import sdk_importer
from preview.document import written
from preview.export import export
from tests.preview.sdk_processes import alike, in_a_process
from tests.stacks import EVERY_STACK, recorded

ROOT = Path(__file__).parents[2]
SDKS = ("pulumi_aws", "pulumi_awsx", "pulumi_random")
MODULE = "pulumi_random.random_string"

#: Imports one small generated module and says who loaded it and what it holds.
PROGRAM = f"""\
import sdk_importer, sys
sdk_importer.install()
import {MODULE} as module
print(type(module.__loader__).__name__, bool(module.RandomString.length.__doc__))
"""
KEPT = "Loader False\n"
ORDINARY = "SourceFileLoader True\n"


def imported(cache: Path | str, **more: str) -> str:
    """What the program prints with a cache there, in a process of its own; no word on standard error."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, sdk_importer.VARIABLE: str(cache), **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def file_of(cache: Path) -> Path:
    """The kept byte code of the module."""
    [found] = cache.glob(f"{MODULE}.*")
    return found


# --- the cache ---


def test_byte_code_is_kept_and_used_again(tmp_path):
    assert imported(tmp_path) == KEPT
    before = file_of(tmp_path).stat()
    assert imported(tmp_path) == KEPT
    after = file_of(tmp_path).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:20],
        lambda data: data[:-1],
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: bytes(16) + data[16:],
        lambda data: b"something else altogether, and longer than two digests are",
    ],
    ids=["empty", "half a key", "a byte short", "a bit turned", "another key", "foreign"],
)
def test_a_broken_file_is_compiled_again_and_mended(tmp_path, spoil):
    imported(tmp_path)
    right = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(spoil(right))
    assert imported(tmp_path) == KEPT
    assert file_of(tmp_path).read_bytes() == right


def test_byte_code_of_another_version_interpreter_or_source_is_not_used(tmp_path):
    """Each part of the key changes it."""
    source = tmp_path / "module.py"
    source.write_text("x = 1\n")

    def key(version: str = "1") -> bytes:
        return sdk_importer.Loader("module", str(source), tmp_path, version)._key()  # noqa: SLF001, RUF100

    first = key()
    assert key() == first
    assert key(version="2") != first
    os.utime(source, ns=(0, 0))
    assert key() != first
    with pytest.MonkeyPatch.context() as patched:
        second = key()
        patched.setattr(sys, "version", "another")
        assert key() != second


def test_a_folder_that_is_no_folder_leaves_the_import_as_it_is(tmp_path):
    (tmp_path / "file").write_text("")
    assert imported(tmp_path / "file") == ORDINARY
    assert imported(tmp_path / "file" / "below") == ORDINARY


def test_a_folder_that_may_not_be_written_leaves_the_import_as_it_is(tmp_path, monkeypatch):
    tmp_path.chmod(0o500)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    monkeypatch.setenv(sdk_importer.VARIABLE, str(tmp_path))
    before = list(sys.meta_path)
    monkeypatch.setattr(sys, "meta_path", [each for each in before if not isinstance(each, sdk_importer.Finder)])
    sdk_importer.install()
    assert not [each for each in sys.meta_path if isinstance(each, sdk_importer.Finder)]


def test_a_folder_that_others_may_write_is_not_trusted(tmp_path):
    tmp_path.chmod(0o777)
    assert imported(tmp_path) == ORDINARY
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_only_keeps_nothing(tmp_path, monkeypatch):
    def full(descriptor: int, mode: str) -> None:
        os.close(descriptor)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    spec = find_spec(MODULE)
    loader = sdk_importer.Loader(MODULE, str(spec and spec.origin), tmp_path, "1")
    assert loader.get_code(MODULE).co_filename == str(spec and spec.origin)
    assert list(tmp_path.iterdir()) == []


def test_two_previews_at_once_and_broken_files_end_as_one_would(tmp_path):
    """Processes that compile, mend and read the same files at the same time: some are missing, some truncated."""
    for finder in sys.meta_path:
        if isinstance(finder, sdk_importer.Finder):
            shutil.copytree(finder.folder, tmp_path, dirs_exist_ok=True)
    alone = imported(tmp_path)
    needed = ("_inputs", "bucket", "bucket_policy", "bucket_public_access_block", "bucket_versioning", "outputs")
    in_a_process(f"from pulumi_aws.s3 import {', '.join(needed)}", str(tmp_path))
    files = [tmp_path / f"pulumi_aws.s3.{module}.{sys.implementation.cache_tag}" for module in needed]
    right = {file: file.read_bytes() for file in files}
    for number, file in enumerate(files):
        file.unlink() if number % 2 else file.write_bytes(right[file][:100])
    program = [sys.executable, "-m", "preview", "blueprints/web-platform/global", "--format", "recording"]
    environment = {**os.environ, sdk_importer.VARIABLE: str(tmp_path)}
    both = [subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    found = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert found[0] == found[1] != b""
    assert imported(tmp_path) == alone == KEPT
    assert {file: file.read_bytes() for file in files} == right


def test_a_read_only_home_leaves_the_import_as_it_is():
    """`/proc` can be written by nobody, root included: no folder can be made there."""
    assert imported("/proc/sdk-cache") == ORDINARY


def test_off_leaves_the_import_as_it_is():
    assert imported("off") == ORDINARY


def test_many_at_once_end_well_and_leave_whole_files(tmp_path):
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(imported(tmp_path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [KEPT] * 4
    assert not [file for file in tmp_path.iterdir() if not file.name.startswith("pulumi_")]


# --- what is compiled otherwise ---


def test_only_generated_packages_are_imported_so():
    finder = sdk_importer.Finder(ROOT)
    loaders = {name: getattr(finder.find_spec(name, None), "loader", None) for name in (*SDKS, "pulumi_policy", "yaml")}
    assert {name for name, loader in loaders.items() if isinstance(loader, sdk_importer.Loader)} == set(SDKS)


@pytest.mark.parametrize("package", SDKS)
def test_generated_packages_have_no_assert_that_would_be_lost(package):
    """Byte code without docstrings is byte code without `assert` too: in no file of the package stands one."""
    spec = find_spec(package)
    assert spec
    files = list(Path(str(spec.origin)).parent.rglob("*.py"))
    assert files
    assert [file for file in files if re.search(rb"^\s*assert\b|__debug__", file.read_bytes(), re.MULTILINE)] == []


def test_a_typed_dictionary_keeps_its_name_and_is_still_one(tmp_path):
    source = (
        "from typing import TypedDict\n"
        "class Plain:\n    x: 'int' = 1\n"
        "class ArgsDict(TypedDict):\n    '''Said.'''\n    size: int\n"
    )
    names: dict[str, object] = {"__name__": "made"}
    exec(sdk_importer.compiled(source.encode(), "made.py"), names)  # noqa: S102, RUF100
    made = names["ArgsDict"]
    assert isinstance(made, type)
    assert (made.__name__, made.__module__, made.__annotations__, made.__doc__) == ("ArgsDict", "made", {}, None)
    assert types.typing.is_typeddict(made)
    assert vars(names["Plain"])["__annotations__"] == {"x": "'int'"}


SMALL = "pulumi_aws.sqs"


TYPES = tuple(
    f"from {module} import {resource}, {resource}Args\n"
    "from pulumi import _types as types\n"
    f"print(types.input_type_py_to_pulumi_names({resource}Args))\n"
    f"print(types.input_type_types({resource}Args))\n"
    f"print(types.resource_types({resource}))"
    for module, resource in (
        ("pulumi_aws.rds.instance", "Instance"),
        ("pulumi_aws.ec2.security_group", "SecurityGroup"),
        ("pulumi_aws.ecs.service", "Service"),
        ("pulumi_aws.s3.bucket_lifecycle_configuration", "BucketLifecycleConfiguration"),
    )
)


@pytest.mark.parametrize("program", TYPES, ids=lambda program: program.split()[3].strip(","))
def test_types_convert_inputs_and_outputs_alike(program):
    """The names on the wire, the types of inputs and those of outputs are the same as with Python's own import. Each in
    a process of its own: Pulumi looks for what annotations name in the module that is loaded."""
    assert [line[:2] for line in alike(program, TYPES).splitlines()] == ["{'"] * 3


PROGRAMS = (
    f"import {SMALL} as p; p.Queue; print(sorted(n for n in dir(p) if n[0] != '_'))",
    f"from {SMALL} import *; print(sorted(n for n in dir() if n[0] != '_' and n not in ('sys', 'sdk_importer')))",
    f"import {SMALL}.get_queue, {SMALL} as p; print(p.get_queue)",
    f"from {SMALL}.get_queue import get_queue; import {SMALL} as p; print(p.get_queue is get_queue)",
    f"import {SMALL} as p; print(p.queue.Queue is p.Queue, p.Queue.__module__)",
    f"import {SMALL} as p; print(hasattr(p, 'no_such_name'), hasattr(p, 'Queue'))",
    "from pulumi_aws.s3._inputs import *; print(BucketGrantArgs.__module__, BucketGrantArgs.__qualname__)",
    "import pulumi_aws as aws, pickle; print(pickle.loads(pickle.dumps(aws.s3.BucketGrantArgs)))",
    "import pulumi_aws as aws; print(sorted(aws.ec2.Tenancy), aws.ec2.Tenancy.DEFAULT)",
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_package_has_all_that_its_generator_gave_it(program):
    """Names, functions that hide their modules, star imports, types and enumerations, as with Python's own import."""
    assert len(alike(program, PROGRAMS)) > 5


def test_only_the_modules_and_types_that_are_asked_for_are_made():
    program = (
        "import pulumi_aws as aws; aws.s3.BucketPublicAccessBlock\n"
        "print(sorted(n for n in sys.modules if n.startswith('pulumi_aws.s3.')))\n"
        "aws.s3.BucketGrantArgs; print(sorted(n for n in vars(aws.s3._inputs) if n.startswith('Bucket')))"
    )
    found = in_a_process(program, os.environ.get(sdk_importer.VARIABLE, "")).splitlines()
    assert found == ["['pulumi_aws.s3.bucket_public_access_block']", "['BucketGrantArgs']"]


def test_what_hardly_a_program_uses_is_loaded_when_it_is_asked_for():
    program = (
        "import pulumi\ndef loaded(): print([n for n in ('pulumi.automation._stack', 'dill._dill', 'psutil._common')"
        " if n in sys.modules])\n"
        "loaded(); from pulumi import automation; import dill, psutil\n"
        "automation.Stack, dill.dumps(1), psutil.Process; loaded()"
    )
    found = in_a_process(program, os.environ.get(sdk_importer.VARIABLE, "")).splitlines()
    assert found == ["[]", "['pulumi.automation._stack', 'dill._dill', 'psutil._common']"]


def test_nested_inputs_arrive_as_they_are_written():
    rule = aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="old", status="Enabled", noncurrent_version_expiration={"noncurrent_days": 30}
    )
    assert pulumi.get(rule, "noncurrent_version_expiration") == {"noncurrent_days": 30}
    assert types.input_type_to_dict(rule) == {
        "id": "old",
        "status": "Enabled",
        "noncurrentVersionExpiration": {"noncurrent_days": 30},
    }


def test_every_stack_is_recorded_the_same_with_and_without(tmp_path):
    """Two runs without it record what one with it does, by which previews and tests see a stack: equal in all, and the
    first preview byte for byte. One process without it, for its import takes long."""
    program = (
        "import gc, pickle, sys\ngc.disable()  # modules and recordings stay\n"
        "from tests.stacks import EVERY_STACK, record_file, stack_file\n"
        "runs = {each: [record_file(stack_file(each), each, known) for known in (False, True)]\n"
        "        for each in EVERY_STACK}\n"
        f"pickle.dump(runs, open({str(tmp_path / 'runs')!r}, 'wb'))"
    )
    assert in_a_process(program, sdk_importer.OFF) == ""
    runs = pickle.loads((tmp_path / "runs").read_bytes())  # noqa: S301, RUF100 we wrote it
    ours = {each: [recorded(each, False), recorded(each, True)] for each in EVERY_STACK}
    assert [each for each in EVERY_STACK if runs[each] != ours[each]] == []
    previews = [written(map(export, (early for early, _ in found.values()))) for found in (runs, ours)]
    assert previews[0] == previews[1]
    assert previews[0].count('"urn"') > 3000
