"""The archives: what is in them, that they are always the same, and that they are enough."""

import ast
import hashlib
import json
import shutil
import subprocess
import sys
from importlib.metadata import distribution, requires
from pathlib import Path, PurePosixPath
from typing import Any

import pulumi
import pytest

import functions.packaging
from functions.catalogue import FUNCTIONS
from functions.common.function import FunctionDefinition
from functions.packaging import PackagingError, archive, files
from functions.rotate_database import ROTATE_DATABASE
from functions.rotate_mysql import ROTATE_MYSQL
from functions.rotate_mysql_user import ROTATE_MYSQL_USER
from functions.rotate_user import ROTATE_USER
from tests.stacks import ROOT

each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
#: What Lambda's runtime brings: boto3 and what it imports.
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil", "six")
LOGGER = {"aws_lambda_powertools", "jmespath", "typing_extensions.py"}
POSTGRES, MYSQL = {"pg8000", "scramp", "asn1crypto", "dateutil", "six.py"}, {"pymysql"}
#: What speaks to a database, by name, and what with.
DRIVERS = {ROTATE_DATABASE.name: POSTGRES, ROTATE_USER.name: POSTGRES,
           ROTATE_MYSQL.name: MYSQL, ROTATE_MYSQL_USER.name: MYSQL}  # fmt: skip


def _digest(function: FunctionDefinition) -> str:
    """Of the names and contents, as the engine hashes an archive of assets."""
    found = hashlib.sha256()
    for name, asset in archive(function).assets.items():
        assert isinstance(asset, pulumi.FileAsset)
        found.update(f"{name}\0".encode() + hashlib.sha256((ROOT / asset.path).read_bytes()).digest())
    return found.hexdigest()


@each_function
def test_an_archive_is_our_source_and_nothing_else(function):
    """The shared modules and the function's own; no bytecode, no test, nothing that only a machine has."""
    names = {name for name in files(function) if name.startswith("functions/")}
    wanted = {"functions/__init__.py"}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "functions/common").glob("*.py")}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / function.folder).glob("*.py")}
    assert names == wanted
    for name in files(function):
        assert not {"__pycache__", "tests", ".."} & set(PurePosixPath(name).parts)
        assert not name.endswith((".pyc", ".so", "RECORD", "INSTALLER", "REQUESTED", "direct_url.json"))


@each_function
def test_only_the_rotations_of_databases_bring_packages(function):
    """Its driver; the others live on the runtime and the logger that all bring."""
    others = {name.partition("/")[0] for name in files(function)} - {"functions"}
    modules = {name for name in others if "dist-info" not in name} - LOGGER
    assert modules == DRIVERS.get(function.name, set())


@pytest.mark.parametrize("function", [each for each in FUNCTIONS if each.name in DRIVERS], ids=lambda it: it.name)
def test_the_packages_are_all_that_the_driver_needs(function):
    """What each requires is there too, and every one is pinned, so that the archive is the same everywhere."""
    listed = set(function.distributions)
    needed = {
        word.split(">")[0].split("=")[0].split("!")[0].strip()
        for each in listed
        for word in requires(each) or ()
        if "extra ==" not in word
    }
    assert needed <= listed
    pins = dict(line.split("#")[0].strip().split("==") for line in _requirements() if "==" in line)
    assert {name: pins.get(name) for name in listed} == {name: distribution(name).version for name in listed}


def _requirements():
    return (ROOT / "requirements.txt").read_text().splitlines()


@each_function
def test_the_same_source_gives_the_same_archive(function, monkeypatch, tmp_path):
    """From another folder, with other times of the files and with bytecode beside them; another source, another one."""
    before = _digest(function)
    copy = tmp_path / "elsewhere"
    shutil.copytree(ROOT / "functions", copy / "functions")
    for path in copy.rglob("*.py"):
        path.touch()
    (copy / function.folder / "__pycache__").mkdir(exist_ok=True)
    (copy / function.folder / "__pycache__/handler.cpython-312.pyc").write_bytes(b"bytecode")
    monkeypatch.setattr(functions.packaging, "ROOT", copy)
    monkeypatch.setattr(f"{__name__}.ROOT", copy)
    assert _digest(function) == before
    (copy / function.folder / "handler.py").write_text("# changed\n")
    assert _digest(function) != before


@each_function
def test_the_order_is_the_names(function):
    assert list(archive(function).assets) == sorted(archive(function).assets)


@each_function
def test_our_source_is_named_from_the_project(function):
    """So a recording of the program is the same wherever it was cloned to."""
    for name, asset in archive(function).assets.items():
        if name.startswith("functions/"):
            assert asset.path == name


def test_a_compiled_package_is_refused():
    """Lambda's machine might be another one than whoever deploys has."""
    compiled = FunctionDefinition(
        name="f", purpose="", handler="functions.common.handler", seconds=1, distributions=("cryptography",)
    )
    with pytest.raises(PackagingError, match="cryptography is not pure Python: it has cryptography/hazmat/bindings/"):
        files(compiled)


def _unpacked(function: FunctionDefinition, folder: Path) -> Path:
    """The files as Lambda unpacks them: links, as to copy all takes as long as to import them."""
    for name, asset in archive(function).assets.items():
        file = folder / "task" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(ROOT / asset.path)
    return folder / "task"


def _linked(names: tuple[str, ...], folder: Path) -> Path:
    """A folder with nothing but these distributions."""
    folder.mkdir()
    for name in names:
        found = distribution(name)
        for top in {path.parts[0] for path in found.files or () if ".." not in path.parts}:
            if not (folder / top).exists():
                (folder / top).symlink_to(Path(str(found.locate_file(top))))
    return folder


#: Imports once what Lambda's runtime brings, and forks for each line: a handler, and the folder that its archive is in.
#: The fork writes beside it how it ended: its modules and where they came from, or the error.
IMPORTING = """
import json, os, sys, traceback
sys.path.insert(0, sys.argv[1])
import boto3, botocore.session
def client(*_, **__):
    raise AssertionError("a client at import")
botocore.session.Session.create_client = client
def imported(handler):
    import importlib
    module, _, name = handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))
    return {name: file for name, each in list(sys.modules.items()) if (file := getattr(each, "__file__", None))}
for line in sys.stdin:
    handler, folder = line.split()
    child = os.fork()
    if not child:
        sys.path.insert(0, folder)
        try:
            found = imported(handler)
        except BaseException:
            found = traceback.format_exc()
        with open(f"{folder}.json", "w") as file:
            json.dump(found, file)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Any]]:
    """By function, its archive unpacked, and its modules with their files, or the text of what went wrong.

    With the archive and boto3 alone on the path, without region or credentials, and every warning an error.
    """
    folder = tmp_path_factory.mktemp("archives")
    runtime = _linked(RUNTIME, folder / "runtime")
    tasks: dict[str, Path] = {}
    for function in FUNCTIONS:
        (folder / function.name).mkdir()
        tasks[function.name] = _unpacked(function, folder / function.name)
    # -B: nobody imports them again, and to write their byte code takes as long as all the rest.
    command = [sys.executable, "-S", "-I", "-B", "-W", "error", "-c", IMPORTING, str(runtime)]
    lines = "".join(f"{each.handler} {tasks[each.name]}\n" for each in FUNCTIONS)
    run = subprocess.run(
        command, input=lines, capture_output=True, text=True, check=False, cwd=folder, env={"HOME": str(folder)}
    )
    assert (run.returncode, run.stderr) == (0, "")
    return {name: (task, json.loads(Path(f"{task}.json").read_text())) for name, task in tasks.items()}


@each_function
def test_the_archive_is_enough(function, imports):
    """With it and boto3 alone on the path, the handler's imports are found, and none elsewhere."""
    task, found = imports[function.name]
    assert isinstance(found, dict), found
    modules = {name: Path(file) for name, file in found.items()}
    ours = {name for name in modules if name.partition(".")[0] == "functions"}
    assert function.handler.rpartition(".")[0] in ours
    for name in ours | {
        name for name in modules if name.partition(".")[0] in ("pg8000", "pymysql", "scramp", "asn1crypto")
    }:
        assert modules[name].is_relative_to(task), name
    assert not any(name.partition(".")[0] in ("pulumi", "tests", "components", "settings") for name in modules)
    assert not list(task.rglob("*.so"))


@each_function
def test_an_import_calls_no_aws(function, imports):
    """A cold start makes no client: without region or credentials it succeeds, where making one is an error."""
    _, found = imports[function.name]
    assert "a client at import" not in found
    assert isinstance(found, dict), found


def test_declarations_need_neither_boto3_nor_powertools():
    """`pulumi up` and the preview read them with requirements.txt alone."""
    script = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['boto3', 'botocore', 'aws_lambda_powertools', 'pg8000', 'pymysql'], None))\n"
        "from functions.catalogue import FUNCTIONS\nfrom functions.packaging import archive\n"
        "print(*(len(archive(each).assets) > 8 for each in FUNCTIONS))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.split() == ["True"] * len(FUNCTIONS)


def _shared(tree: ast.Module) -> list[Path]:
    """The shared modules that a handler takes whole: those may read its variables for it."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    whole = {each.name for node in imports if node.module == "functions.common" for each in node.names}
    return [ROOT / f"functions/common/{name}.py" for name in sorted(whole)]


@each_function
def test_a_declaration_fits_its_handler(function):
    """The handler is there, and every variable that it reads is declared, and read."""
    module, _, name = function.handler.rpartition(".")
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    sources = [path for path in (ROOT / function.folder).glob("*.py") if path.name != "__init__.py"]
    texts = {
        node.value
        for path in [*sources, *_shared(tree)]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(function.variables) <= texts
    assert not any("os.environ" in path.read_text() for path in sources)
    assert 0 < function.seconds <= 900


def test_every_folder_is_in_the_catalogue():
    """No function is forgotten, and no name given twice."""
    folders = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "functions").glob("*/handler.py")}
    assert folders == {function.folder for function in FUNCTIONS}
    assert len({function.name for function in FUNCTIONS}) == len(FUNCTIONS)


@each_function
def test_actions_are_exact(function):
    """No wildcard, each stands once, and what is implied is not what is called already."""
    for granted in (function.actions, function.implied):
        named = [action for each in granted.values() for action in each]
        assert not any("*" in action for action in named)
        assert all(action.count(":") == 1 for action in named)
    called = [action for each in function.actions.values() for action in each]
    assert len(called) == len(set(called))
    for word, named in function.implied.items():
        assert not set(named) & set(function.actions.get(word, ()))
