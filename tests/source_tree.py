"""The project's Python files and who imports whom, read from the source and never by importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OWN = ("app.py", "pages", "resnet_core", "tools", "benchmarks")


@dataclass(frozen=True)
class Import:
    """One import: the module it may load, the line, and whether it runs when its file is imported."""

    module: str
    line: int
    at_once: bool


def own_files() -> list[Path]:
    """Every Python file of the project but the tests."""
    places = [ROOT / name for name in OWN]
    files = [path for place in places for path in ([place] if place.is_file() else place.rglob("*.py"))]
    return sorted(files)


def module_name(path: Path) -> str:
    """`resnet_core/hands/signs.py` is `resnet_core.hands.signs`; a package is its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    return {module_name(path): path for path in own_files()}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """All imports of a file, each `from package import name` as the module `package.name` if that is one."""
    return tuple(_imports(parsed(path), path, at_once=True))


def _imports(node: ast.AST, path: Path, at_once: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, node.lineno, at_once) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = _package(node, path)
        for alias in node.names:
            whole = f"{package}.{alias.name}"
            yield Import(whole if whole in modules() else package, node.lineno, at_once)
    else:
        later = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        checked_only = (
            node.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) else []
        )
        for child in ast.iter_child_nodes(node):
            yield from _imports(child, path, at_once and not later and child not in checked_only)


def _package(node: ast.ImportFrom, path: Path) -> str:
    """The package that `from ... import` names, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    parts = path.relative_to(ROOT).parts[: -node.level]
    return ".".join([*parts, *([node.module] if node.module else [])])


def way_to(start: str, goals: frozenset[str]) -> tuple[str, ...] | None:
    """Follows the imports that run at once from a module to a library; None where no way leads there.

    Args:
        start: A module of the project.
        goals: Top names of libraries, such as "tensorflow".

    Returns:
        The modules on the way, the library last.
    """
    ways = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop()
        parents = [way[-1].rpartition(".")[0]]
        path = modules().get(way[-1])
        nexts = [found.module for found in (imports(path) if path else ()) if found.at_once]
        for name in [*nexts, *parents]:
            if name.split(".")[0] in goals:
                return (*way, name)
            if name in modules() and name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return None
