"""Reads the source of components for what must never stand there."""

import ast
from collections.abc import Iterator

#: Packages whose classes are resources.
PROVIDERS = {"aws", "pulumi_aws", "random", "pulumi_random", "awsx", "pulumi_awsx"}
#: What reaches out of the program: networks, processes, files.
FORBIDDEN = {"boto3", "botocore", "requests", "urllib", "http", "socket", "subprocess", "os", "shutil", "pathlib", "io"}


def findings(source: str, resources: frozenset[str] = frozenset()) -> list[str]:
    """Everything wrong with a module; `resources` are the names of our own component classes."""
    tree = ast.parse(source)
    return sorted({*_imports(tree), *_calls(tree), *_in_apply(tree, resources)})


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name.partition(".")[0] in FORBIDDEN:
                yield f"line {node.lineno}: imports {name}"


def _calls(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        root, *words = _chain(node.func)
        last = words[-1] if words else root
        if (root, last) == ("pulumi", "Config") or last in ("get_stack", "get_project", "is_dry_run"):
            yield f"line {node.lineno}: reads configuration"
        if (root in PROVIDERS or root == "pulumi") and (last.startswith("get_") or last == "get"):
            yield f"line {node.lineno}: looks up {last}"
        if last in ("open", "StackReference"):
            yield f"line {node.lineno}: calls {last}"


def _in_apply(tree: ast.Module, resources: frozenset[str]) -> Iterator[str]:
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply":
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                for made in _made(argument, functions, resources, frozenset()):
                    yield f"line {node.lineno}: creates {made} inside apply"


def _made(
    node: ast.AST, functions: dict[str, ast.FunctionDef], resources: frozenset[str], seen: frozenset[str]
) -> Iterator[str]:
    """What a callback creates, itself or through functions of its module."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            root, *words = _chain(each.func)
            last = words[-1] if words else root
            if root in PROVIDERS and last[:1].isupper() and not last.endswith("Args"):
                yield ".".join((root, *words))
            elif last in resources or last.endswith("ComponentResource"):
                yield last
        word = each.attr if isinstance(each, ast.Attribute) else each.id if isinstance(each, ast.Name) else ""
        if word in functions and word not in seen:
            yield from _made(functions[word], functions, resources, seen | {word})


def _chain(node: ast.AST) -> list[str]:
    """`aws.ec2.Vpc` as its words; an empty word stands for what is no name."""
    if isinstance(node, ast.Attribute):
        return [*_chain(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else [""]
