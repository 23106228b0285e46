"""The engine: shared results, dropped requests, dead workers, and an end that leaves nothing behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from resnet_core.engine.engine import Engine, EngineError


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a state that another process brings about."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine()
    wait_until(lambda: made.state().ready)
    yield made
    made.close()


def test_a_measurement_gives_the_functions_result_from_another_process(engine: Engine) -> None:
    assert engine.measure(pow, 2, 10, page="a").result() == 1024
    assert engine.measure(os.getpid, page="a").result() != os.getpid()


def test_who_asks_the_same_gets_the_same_result(engine: Engine) -> None:
    first = engine.measure(random.uniform, 0.0, 1.0, page="a").result()
    assert engine.measure(random.uniform, 0.0, 1.0, page="b").result() == first
    assert engine.measure(random.uniform, 0.0, 2.0, page="b").result() != first


def test_an_error_of_the_function_reaches_the_asker(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        engine.measure(divmod, 1, 0, page="a").result()


def test_a_newer_request_takes_the_place_of_one_that_has_not_begun(engine: Engine, tmp_path: Path) -> None:
    busy = engine.measure(time.sleep, 1.0, page="other")
    for number in range(5):
        asked = engine.measure(os.mkdir, str(tmp_path / str(number)), page="slider")
    asked.result()
    busy.result()
    assert (tmp_path / "4").is_dir()
    assert sum(1 for _ in tmp_path.iterdir()) < 5


def test_patience_ends_with_a_sentence(engine: Engine) -> None:
    slow = engine.measure(time.sleep, 0.7, page="a")
    with pytest.raises(EngineError, match="did not answer within"):
        slow.result(timeout=0.05)
    slow.result()


def test_what_is_asked_at_once_waits_behind_nobody_and_is_not_kept(engine: Engine, tmp_path: Path) -> None:
    until = f"while [ ! -e {tmp_path / 'enough'} ]; do sleep 0.05; done"
    busy = engine.measure(subprocess.call, ["sh", "-c", until], page="other")
    answers = {engine.at_once(os.urandom, 8, timeout=30) for _ in range(3)}
    assert not busy.done()
    (tmp_path / "enough").touch()
    assert busy.result() == 0
    assert len(answers) == 3


def test_an_error_of_what_is_asked_at_once_reaches_the_asker(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        engine.at_once(divmod, 1, 0)
    with pytest.raises(FileNotFoundError):  # not taken for the worker's own trouble
        engine.at_once(os.stat, "no such file")
    assert engine.at_once(pow, 2, 10) == 1024
    with pytest.raises(EngineError, match="did not answer within"):
        engine.at_once(time.sleep, 0.7, timeout=0.05)


def test_asking_at_once_finds_the_worker_that_takes_the_place_of_a_killed_one() -> None:
    engine = Engine()
    try:
        wait_until(lambda: engine.state().ready)
        before = engine.at_once(os.getpid, timeout=30)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: not psutil.pid_exists(before))

        def answers() -> bool:
            try:
                return engine.at_once(os.getpid, timeout=2) != before
            except EngineError:
                return False

        wait_until(answers)
    finally:
        engine.close()


def test_a_killed_worker_is_replaced(engine: Engine) -> None:
    before = engine.measure(os.getpid, page="a").result()
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not psutil.pid_exists(before))
    assert engine.measure(os.getppid, page="a").result() != before


def test_a_killed_engine_is_started_again() -> None:
    engine = Engine()
    try:
        wait_until(lambda: engine.state().ready)
        assert engine._host is not None
        os.kill(engine._host.pid, signal.SIGKILL)
        wait_until(lambda: not engine.state().ready)
        assert engine.measure(pow, 3, 3, page="a").result() == 27
    finally:
        engine.close()


def test_who_only_looks_can_wake_a_killed_engine() -> None:
    engine = Engine()
    try:
        wait_until(lambda: engine.state().ready)
        assert engine._host is not None
        os.kill(engine._host.pid, signal.SIGKILL)
        wait_until(lambda: not engine.state().ready)
        assert not engine.state().failed
        engine.wake()
        engine.wake()
        wait_until(lambda: engine.state().ready)
    finally:
        engine.close()
    engine.wake()
    assert not engine.state().ready


def test_an_address_where_nobody_listens_gives_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnet_core.engine.engine.CONNECTING", 1)
    engine = Engine("tcp://127.0.0.1:9")
    wait_until(lambda: "could not be started" in engine.state().sentence)
    assert engine.state().failed
    with pytest.raises(EngineError, match="could not be started"):
        engine.measure(pow, 2, 2, page="a")
    engine.close()


def test_nothing_is_left_when_the_app_is_killed() -> None:
    code = (
        "import time\nfrom resnet_core.engine.engine import Engine\n"
        "engine = Engine()\n"
        "while not engine.state().ready: time.sleep(0.05)\n"
        "print(engine._host.pid, flush=True)\ntime.sleep(600)"
    )
    app = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    host = psutil.Process(int(app.stdout.readline()))
    workers = host.children(recursive=True)
    assert len(workers) >= 2
    app.kill()
    app.wait()
    wait_until(lambda: not any(process.is_running() for process in (host, *workers)))
