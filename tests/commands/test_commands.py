"""The command line, as a person or a script calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet_core.hands.dataset import HandSigns
from resnet_core.network.accounting import account
from resnet_core.network.architecture import own
from resnet_core.network.catalogue import network
from resnet_core.network.source import source
from tests.hands_factory import h5_bytes, pictures, signs_arrays


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory, tiny_signs_folder: Path) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("commands")
    return {
        **os.environ,
        "RESNET_DATA_DIR": str(tiny_signs_folder),
        "RESNET_RUNS_DIR": str(folder / "runs"),
        "RESNET_SETTINGS": str(folder / "settings.json"),
        "RESNET_RECORDINGS_DIR": str(folder / "recordings"),
    }


def call(surroundings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "resnet_core", *arguments],
        env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip


def told(surroundings: dict[str, str], *arguments: str) -> object:
    done = call(surroundings, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def trained(surroundings: dict[str, str]) -> dict[str, object]:
    done = call(
        surroundings, "train", "--network", "cifar_resnet8", "--epochs", "2", "--batch-size", "16",
        "--precision", "bfloat16", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "epoch 2/2" in done.stderr
    return json.loads(done.stdout)


COMMANDS = (
    "summary",
    "source",
    "data",
    "data check",
    "data fetch",
    "train",
    "runs",
    "evaluate",
    "classify",
    "teach",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps(surroundings: dict[str, str], command: str) -> None:
    done = call(surroundings, *command.split(), "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_summary_of_the_courses_network(surroundings: dict[str, str]) -> None:
    summary = told(surroundings, "summary", "resnet50", "--classes", "6", "--size", "64")
    assert isinstance(summary, dict)
    assert (summary["parameters"], summary["trainable"]) == (23_600_006, 23_546_886)
    assert summary["multiply_adds"] == pytest.approx(0.32e9, rel=0.02)
    assert [stage["blocks"] for stage in summary["stages"]] == [3, 4, 6, 3]


def test_source_is_the_text_that_the_core_writes(surroundings: dict[str, str]) -> None:
    text = call(surroundings, "source", "cifar_plain20", "--size", "32", "--classes", "10").stdout
    assert text.strip() == source(network("cifar_plain20", size=32, classes=10)).strip()


SMALL_BLOCK = ("--block", "8x8x8 | 3x3,8 bn relu 3x3,8 bn | id | relu", "--repeats", "1,1")


def test_a_block_of_ones_own_is_summed_up_written_and_trained(surroundings: dict[str, str]) -> None:
    spec = own("8x8x8~3x3-8_bn_relu_3x3-8_bn~id~relu", "1-1~1-2~1-2").spec()
    summary = told(surroundings, "summary", *SMALL_BLOCK)
    assert isinstance(summary, dict)
    assert summary["parameters"] == account(spec).parameters
    assert call(surroundings, "source", *SMALL_BLOCK).stdout.strip() == source(spec).strip()
    run = told(surroundings, "train", *SMALL_BLOCK, "--epochs", "1", "--batch-size", "16")
    assert isinstance(run, dict)
    assert (run["status"], run["title"]) == ("done", "Own block, 2 times, seed 1")
    assert (run["settings"]["network"], run["settings"]["width"]) == ("own", 1.0)
    assert run["settings"]["plan"] == "1-1~1-2~1-2"


def test_data_check_tells_what_is_there(surroundings: dict[str, str]) -> None:
    found = told(surroundings, "data", "check")
    assert isinstance(found, dict)
    assert (found["name"], found["training"], found["test"]) == ("signs", 96, 24)


def test_without_photographs_the_rendered_hands_are_checked_trained_on_and_evaluated(
    surroundings: dict[str, str], tmp_path: Path, rendered: HandSigns
) -> None:
    bare = {**surroundings, "RESNET_DATA_DIR": str(tmp_path), "RESNET_RUNS_DIR": str(tmp_path / "runs")}
    found = told(bare, "data", "check")
    assert isinstance(found, dict)
    assert (found["name"], found["rendered"], found["digest"]) == ("rendered", True, rendered.digest)
    small = ("--network", "cifar_resnet8", "--width", "0.25", "--epochs", "1", "--batch-size", "128")
    run = told(bare, "train", *small)
    assert isinstance(run, dict)
    assert (run["status"], run["settings"]["data"]) == ("done", "rendered")
    evaluated = told(bare, "evaluate", "--run", str(run["run"]), "--data", "rendered")
    assert isinstance(evaluated, dict)
    assert evaluated["accuracy"] == pytest.approx(run["test_accuracy"])


def test_a_folder_of_rendered_hands_is_checked(
    surroundings: dict[str, str], small_rendered_folder: Path
) -> None:
    folder = str(small_rendered_folder)
    found = told(surroundings, "data", "check", "--data", "rendered", "--folder", folder)
    assert isinstance(found, dict)
    assert (found["folder"], found["training"], found["test"]) == (folder, 96, 24)


def test_train_prints_the_run_and_runs_lists_it(
    surroundings: dict[str, str], trained: dict[str, object]
) -> None:
    assert (trained["status"], trained["epochs"]) == ("done", 2)
    assert trained["settings"]["precision"] == "bfloat16"
    assert isinstance(trained["seconds"], float)
    listed = told(surroundings, "runs")
    assert isinstance(listed, list)
    assert listed[0]["run"] == trained["run"]


def test_classify_gives_a_label_and_six_probabilities_a_file(
    surroundings: dict[str, str], trained: dict[str, object], tmp_path: Path
) -> None:
    files = [tmp_path / "a.png", tmp_path / "b.jpg"]
    for file, picture in zip(files, pictures(np.array([1, 4]), 3), strict=True):
        Image.fromarray(picture).resize((300, 200)).save(file)
    answers = told(surroundings, "classify", "--run", str(trained["run"]), *map(str, files))
    assert isinstance(answers, list)
    assert [answer["file"] for answer in answers] == [str(file) for file in files]
    for answer in answers:
        assert len(answer["probabilities"]) == 6
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4)
        assert answer["label"] == int(np.argmax(answer["probabilities"]))


def test_evaluate_agrees_with_the_runs_own_evaluation(
    surroundings: dict[str, str], trained: dict[str, object], tiny_signs_folder: Path
) -> None:
    file = str(tiny_signs_folder / "test_signs.h5")
    found = told(surroundings, "evaluate", "--run", str(trained["run"]), "--data", file)
    assert isinstance(found, dict)
    assert found["accuracy"] == pytest.approx(trained["test_accuracy"])
    assert found["count"] == 24
    assert np.sum(found["confusion"]) == 24
    assert found["interval"][0] <= found["accuracy"] <= found["interval"][1]


def test_teach_says_what_was_right_before_and_after(
    surroundings: dict[str, str], trained: dict[str, object], tmp_path: Path
) -> None:
    labels = np.repeat(np.arange(6), 4)
    for index, (label, picture) in enumerate(zip(labels, pictures(labels, 3), strict=True)):
        Image.fromarray(picture).save(tmp_path / f"{label}_{index}.png")
    said = told(surroundings, "teach", str(tmp_path), "--run", str(trained["run"]))
    assert isinstance(said, dict)
    assert (said["base"], said["learned"]) == (trained["run"], 18)
    for name in ("before", "after"):
        found = said["held_back"][name]
        assert found["count"] == 6
        assert found["interval"][0] <= found["correct"] / 6 <= found["interval"][1]
    assert said["remembered"]["before"]["count"] == 24
    listed = told(surroundings, "runs")
    assert isinstance(listed, list)
    assert listed[0]["run"] == said["run"]
    assert listed[0]["settings"]["base"] == trained["run"]
    assert len(list(tmp_path.iterdir())) == 24


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("summary", "resnet51"), "resnet50"),
        (("data", "check", "--folder", "no-such-folder"), "train_signs.h5"),
        (("data", "check", "--data", "rendered", "--folder", "no-such-folder"), "train.jpg is not there"),
        (("evaluate", "--run", "nonsense", "--data", "digits"), "Sign Language Digits should be in"),
        (("classify", "--run", "nonsense", "{text}"), "text.png"),
        (("evaluate", "--run", "nonsense", "--data", "{text}"), "text.png"),
        (("evaluate", "--run", "nonsense", "--data", "{file}"), "no run called"),
        (("classify", "no-such-file.png"), "no-such-file.png cannot be used: no such file or directory."),
        (("teach", "no-such-folder"), "no-such-folder"),
        (("train", "--epochs", "-3"), "epochs must be"),
        (("train", "--network", "resnet51", "--epochs", "1"), "resnet50"),
        (("summary",), "the name of a network, or a block"),
        (("summary", "resnet18", *SMALL_BLOCK), "both came"),
        (("train", "--block", "16x16x64 | 3x3,32 | id"), "cannot be stacked so"),
        (("source", "--block", "nonsense"), "A block begins with the shape"),
    ],
)
def test_a_refusal_is_a_sentence_on_standard_error(
    surroundings: dict[str, str], tmp_path: Path, arguments: tuple[str, ...], expected: str
) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "good.h5").write_bytes(h5_bytes(signs_arrays("test", 12)))
    places = {"text": tmp_path / "text.png", "file": tmp_path / "good.h5"}
    done = call(surroundings, *(argument.format(**places) for argument in arguments))
    assert done.returncode == 1
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert "Errno" not in done.stderr
