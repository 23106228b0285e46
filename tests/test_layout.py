"""The rules of the house: which room may know which, who may load TensorFlow, and what no file holds."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_tree import ROOT, imports, module_name, modules, own_files, parsed, way_to

# The floors of the house, from the ground up. A room may import its own modules and those of floors below;
# rooms of one floor do not know each other.
FLOORS = (
    ("places",),
    ("network", "hands"),
    ("training", "challenges"),
    ("probes",),
    ("figures", "engine"),
    ("commands",),
    ("ui",),
    ("pages", "app"),
)
STREAMLIT_ROOMS = ("ui", "pages", "app")
HEAVY = frozenset({"tensorflow", "keras"})
LIGHT_MODULES = (
    *(f"network.{name}" for name in ("spec", "blocks", "catalogue", "graph", "accounting", "source")),
    *(f"training.{name}" for name in ("settings", "recipes", "store", "evaluation")),
    *(
        f"probes.{name}"
        for name in (
            "question",
            "edges",
            "arithmetic",
            "flow",
            "back",
            "gradients",
            "gradient_setting",
            "shattered",
            "opened",
            "passes",
            "residuals",
            "survey",
            "explaining",
            "differentiated",
            "explanations",
            "why",
            "averages",
            "two_ways",
            "lesson_runs",
        )
    ),
    "places",
)
LIGHT_ROOMS = ("hands", "challenges", "figures", "ui", "pages", "app")
HEAVY_BY_NATURE = ("resnet_core.hands.augmentation",)
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:home|root|Users|work|farm|tmp|private|workspace)/\w")
MAX_LINES = 300


def room_of(module: str) -> str:
    """`resnet_core.hands.signs` lives in the room hands, `pages.train` in pages."""
    parts = module.split(".")
    return parts[1] if parts[0] == "resnet_core" and len(parts) > 1 else parts[0]


def floor_of(room: str) -> int | None:
    """How high a room lies; rooms outside the house, such as tools, have no floor."""
    return next((height for height, rooms in enumerate(FLOORS) if room in rooms), None)


def light_modules() -> list[str]:
    named = {f"resnet_core.{name}" for name in LIGHT_MODULES} & modules().keys()
    rooms = {name for name in modules() if room_of(name) in LIGHT_ROOMS}
    return sorted((named | rooms) - set(HEAVY_BY_NATURE))


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str | None:
    """The text of a file, or None where it is a picture, an archive or other bytes."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_source_is_found() -> None:
    assert {"resnet_core", "resnet_core.network", "tools.environment"} <= modules().keys()


def test_imports_point_down_only() -> None:
    wrong = []
    for name, path in modules().items():
        room, floor = room_of(name), floor_of(room_of(name))
        for found in imports(path):
            target = room_of(found.module) if found.module in modules() else room
            below = floor_of(target)
            if target != room and floor is not None and below is not None and below >= floor:
                wrong.append(f"{relative(path)}:{found.line}: {room} may not know {target}")
    assert wrong == []


def test_every_room_has_a_floor() -> None:
    rooms = {path.name for path in (ROOT / "resnet_core").iterdir() if any(path.glob("*.py"))}
    assert {room for room in rooms if floor_of(room) is None} == set()


def test_only_pages_and_ui_import_streamlit() -> None:
    wrong = [
        f"{relative(path)}:{found.line}"
        for name, path in modules().items()
        for found in imports(path)
        if found.module.split(".")[0] == "streamlit" and room_of(name) not in STREAMLIT_ROOMS
    ]
    assert wrong == []


def test_what_must_be_light_reaches_no_tensorflow() -> None:
    ways = [way_to(name, HEAVY) for name in light_modules()]
    assert [" -> ".join(way) for way in ways if way] == []


def test_what_must_be_light_loads_no_tensorflow() -> None:
    """The same by doing it, since a library may import TensorFlow too."""
    names = [name for name in light_modules() if room_of(name) not in STREAMLIT_ROOMS]
    program = f"import sys, {', '.join(names)}; print(*({set(HEAVY)!r} & sys.modules.keys()))"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout.strip(), answer.stderr) == (0, "", "")


def test_the_page_process_never_imports_tensorflow() -> None:
    """Not even later, inside a function: Streamlit then clears Keras' state after every click of anybody."""
    wrong = [
        f"{relative(path)}:{found.line}"
        for name, path in modules().items()
        for found in imports(path)
        if room_of(name) in STREAMLIT_ROOMS and found.module.split(".")[0] in HEAVY
    ]
    assert wrong == []


def test_graphs_are_traced_in_one_way() -> None:
    """`network.traced` says why: without XLA, and without AutoGraph."""
    ways = [relative(path) for path in own_files() if "tf.function(" in (text_of(path) or "")]
    assert ways == ["resnet_core/network/traced.py"]


def test_the_app_is_navigation_only() -> None:
    app = ROOT / "app.py"
    assert not app.exists() or len(app.read_text(encoding="utf-8").splitlines()) < 50


def test_files_are_short() -> None:
    files = [path for path in tracked_files() if path.suffix in {".py", ".js", ".css"}]
    lengths = {relative(path): len((text_of(path) or "").splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_no_file_holds_a_path_of_one_machine() -> None:
    wrong = []
    for path in tracked_files():
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if MACHINE_PATH.search(line):
                wrong.append(f"{relative(path)}:{number}: {line.strip()[:80]}")
    assert wrong == []


def test_the_search_for_machine_paths_finds_them_and_no_addresses() -> None:
    assert all(MACHINE_PATH.search(f"open('/{name}/x')") for name in ("home", "root", "Users", "work", "tmp"))
    for harmless in ("https://example.org/home/x", "resnet_core/work/x", "/usr/bin/chromium", "'/tmp'"):
        assert not MACHINE_PATH.search(harmless)


@pytest.mark.parametrize("path", own_files(), ids=module_name)
def test_every_function_is_typed(path: Path) -> None:
    """The types themselves are mypy's to check, and docstrings are ruff's."""
    wrong = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            bare = [one.arg for one in given if one.annotation is None and one.arg not in ("self", "cls")]
            if bare or node.returns is None:
                wrong.append(f"{relative(path)}:{node.lineno}: {node.name}")
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import keras", True),
        ("def f():\n    import keras", False),
        ("class A:\n    import keras", True),
        ("if TYPE_CHECKING:\n    import keras", False),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import keras", True),
        ("try:\n    from keras import layers\nexcept ImportError:\n    pass", True),
    ],
)
def test_an_import_counts_when_it_runs_at_once(tmp_path: Path, text: str, expected: bool) -> None:
    path = tmp_path / "example.py"
    path.write_text(text, encoding="utf-8")
    assert [found.at_once for found in imports(path) if found.module.startswith("keras")] == [expected]
