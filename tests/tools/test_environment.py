"""The commands of the Makefile, run as a person runs them, in a checkout with a stand-in for Python."""

from __future__ import annotations

import ast
import http.server
import re
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.conftest import ROOT, Checkout, is_one_sentence, write_script
from tools import environment

MODULES = ("__init__", "chromium", "environment", "hand_detector", "installation")


@pytest.fixture
def installed(checkout: Checkout) -> Checkout:
    checkout.python()
    checkout.uv()
    return checkout


@pytest.fixture
def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize("module", MODULES)
def test_python_3_7_can_read_the_commands(module: str) -> None:
    ast.parse((ROOT / "tools" / f"{module}.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("module", MODULES)
def test_the_commands_need_nothing_but_the_standard_library(module: str) -> None:
    tree = ast.parse((ROOT / "tools" / f"{module}.py").read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "tools"}


def test_run_becomes_the_app(installed: Checkout, free_port: str) -> None:
    answer = installed.command("run", PORT=free_port, CI="true")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert installed.calls()[-1] == (
        "python -m streamlit run app.py --server.address localhost "
        f"--server.port {free_port} --server.headless true"
    )


def test_make_passes_the_port_on(installed: Checkout, free_port: str) -> None:
    answer = installed.process(
        [str(shutil.which("make")), "run", f"PORT={free_port}"], PATH=real_first(installed)
    )
    assert answer.returncode == 0, answer.stderr
    assert f"--server.port {free_port}" in installed.calls()[-1]


def real_first(checkout: Checkout) -> str:
    """A PATH whose python3 is real, so that it can run the commands, and whose others are stand-ins."""
    (checkout.bin / "python3").rename(checkout.bin / "python3.13")
    launcher = f'#!/bin/sh\n[ "$2" = tools.environment ] || exit 1\nexec {sys.executable} "$@"\n'
    write_script(checkout.bin / "python3", launcher)
    return str(checkout.bin)


def test_make_without_any_python_is_a_sentence(checkout: Checkout) -> None:
    answer = checkout.process([str(shutil.which("make")), "run"])
    assert answer.returncode != 0
    first, rest = answer.stderr.split("\n", 1)
    assert "there is no Python 3" in first
    assert rest.startswith("make: ***")


def test_a_port_in_use_is_a_sentence(installed: Checkout) -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        port = occupant.getsockname()[1]
        answer = installed.command("run", PORT=str(port))
    assert answer.returncode == 1
    assert is_one_sentence(answer.stderr)
    assert f"Port {port} is in use" in answer.stderr
    assert f"http://localhost:{port}" in answer.stderr
    assert installed.calls() == [], "nothing is installed for an app that cannot start"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eight", "80 81", "²"])
def test_a_port_that_is_none_is_a_sentence(installed: Checkout, port: str) -> None:
    answer = installed.command("run", PORT=port)
    assert answer.returncode == 1
    assert is_one_sentence(answer.stderr)
    assert "1 to 65535" in answer.stderr


def test_a_python_too_old_is_a_sentence(checkout: Checkout, free_port: str) -> None:
    checkout.python("3 9 18")
    answer = checkout.command("run", PORT=free_port)
    assert answer.returncode == 1
    assert is_one_sentence(answer.stderr)
    assert "python3 is 3.9.18" in answer.stderr


def test_test_runs_every_check_and_names_what_failed(installed: Checkout) -> None:
    browser = write_script(installed.bin / "chromium", "#!/bin/sh\n")
    installed.python(rest='[ "$2" != mypy ] && [ "$2" != pytest -o "$CHROMIUM" = "' + str(browser) + '" ]')
    answer = installed.command("test", TESTS="tests/tools -x")
    assert [call.removeprefix("python -m ") for call in installed.calls()[2:]] == [
        "resnet_core detector fetch",
        "ruff check",
        "ruff format --check",
        "mypy resnet_core",
        "pytest -n 2 --dist loadscope --no-loadscope-reorder tests/tools -x",
    ]
    assert answer.returncode == 1
    assert answer.stderr == "Failed: mypy resnet_core.\n"


@pytest.mark.parametrize(("again", "status"), [(0, 0), (1, 1)])
def test_tests_that_fail_are_run_once_more_alone(installed: Checkout, again: int, status: int) -> None:
    write_script(installed.bin / "chromium", "#!/bin/sh\n")
    installed.python(rest=f'[ "$2" != pytest ] || {{ [ "$3" = --last-failed ] && exit {again}; exit 1; }}')
    answer = installed.command("test", TESTS="tests/tools")
    assert installed.calls()[-1] == "python -m pytest --last-failed tests/tools"
    assert answer.returncode == status
    assert ("Failed: pytest" in answer.stderr) == bool(status)


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_no_browser_is_said_and_fails_where_ci_is_set(installed: Checkout, ci: str, status: int) -> None:
    answer = installed.command("test", CI=ci)
    assert answer.returncode == status
    assert "No browser was found" in answer.stderr
    assert "python -m playwright install chromium" in installed.calls()


def test_ci_runs_make_test_and_names_the_photographs(checkout: Checkout) -> None:
    write_script(checkout.bin / "make", '#!/bin/sh\necho "$*" "$RESNET_DATA_DIR"\n')
    ci = ["bash", str(checkout.folder / ".ci" / "run")]
    assert checkout.process(ci).stdout == f"test {checkout.folder}/../shared/data\n"
    assert checkout.process(ci, RESNET_DATA_DIR="elsewhere").stdout == "test elsewhere\n"


def test_bench_returns_the_status_of_the_benchmarks(installed: Checkout) -> None:
    installed.python(rest="exit 3")
    assert installed.command("bench").returncode == 3
    assert installed.calls()[-1] == "python -m benchmarks"


def test_lock_pins_the_tests_against_the_app(installed: Checkout) -> None:
    assert installed.command("lock", UPGRADE="1").returncode == 0
    app, tests = installed.calls()
    assert app.endswith("requirements.in -o requirements.txt")
    assert tests.endswith("requirements-test.in -o requirements-test.txt")
    assert all("--universal --python-version 3.10 --upgrade" in call for call in (app, tests))


def test_lock_without_uv_is_a_sentence(installed: Checkout) -> None:
    installed.python(venv='mkdir -p "$3/bin"; cp "$0" "$3/bin/python"')
    answer = installed.command("lock")
    assert answer.returncode == 1
    assert is_one_sentence(answer.stderr)


def test_clean_deletes_what_was_made_and_nothing_else(installed: Checkout) -> None:
    installed.command("bench")
    assert installed.command("clean").returncode == 0
    left = sorted(path.name for path in installed.folder.iterdir())
    assert left == [".ci", "Makefile", "requirements-test.txt", "requirements.txt", "resnet_core", "tools"]


def test_an_unknown_command_lists_the_known_ones(checkout: Checkout) -> None:
    answer = checkout.command("fly")
    assert answer.returncode == 2
    assert answer.stderr == "Commands: run, test, bench, lock, clean.\n"


def test_help_lists_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^(\w+): ## ", makefile, re.MULTILINE)) == {"help", *environment.COMMANDS}


@pytest.mark.parametrize(
    ("environ", "system", "wanted"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({}, "linux", False),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({"DISPLAY": ":0", "NO_BROWSER": "1"}, "linux", False),
        ({"SSH_CONNECTION": "192.0.2.1 22"}, "darwin", False),
    ],
)
def test_a_browser_is_opened_only_for_somebody_who_sees_it(
    environ: dict[str, str], system: str, wanted: bool
) -> None:
    assert environment.wants_browser(environ, system) is wanted


class Health(http.server.BaseHTTPRequestHandler):
    """Answers like the app, but only from the third request on."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200 if len(self.asked) > 2 else 503)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def app_that_starts_slowly() -> Iterator[str]:
    Health.asked = []
    with http.server.HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_browser_opens_once_the_app_answers(
    checkout: Checkout, app_that_starts_slowly: str, tmp_path: Path
) -> None:
    script = write_script(tmp_path / "browser", f'#!/bin/sh\necho "$1" >> {tmp_path / "opened"}\n')
    answer = checkout.command("open", app_that_starts_slowly, BROWSER=f"{script} %s")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert (tmp_path / "opened").read_text(encoding="utf-8") == f"{app_that_starts_slowly}\n"
    assert Health.asked == ["/_stcore/health"] * 3
