r"""Examines networks on photographs they never saw, and writes what was found as a page of Markdown.

    python -m tools.examine_shipped shipped=assets/runs/shipped rendered-only=FOLDER \
        --rooms SET.h5 --out REPORT.md

Each network is a folder that `write_recording` made. They are examined on SIGNS and on Sign Language Digits
where these lie in the data folder (`RESNET_DATA_DIR`), and on pictures without a sign: the packages of the
environment carry some, and so does a rendered set with another seed than the one that was learned from.
SIGNS is used for nothing else: neither for training nor for choosing anything. A network that learned from
digits is asked only those that were held back.
"""

from __future__ import annotations

import argparse
import site
from collections.abc import Iterator, Sequence
from pathlib import Path

import h5py
import numpy as np

from resnet_core.figures.text import percent, whole
from resnet_core.hands.dataset import HandsError
from resnet_core.hands.picture import PictureError, network_input, open_picture
from resnet_core.hands.sets import Labelled, labelled, load
from resnet_core.training.calibration import expected_calibration_error
from resnet_core.training.evaluation import Accuracy, evaluate
from resnet_core.training.predict import Answer, predict
from resnet_core.training.recording import Recording, read_recording
from tools.no_sign import drawn
from tools.train_shipped import held_back_digits

#: Pixels a side below which a package's picture is an icon.
SMALLEST = 64
CLASSES = tuple("012345")
#: The drawn pictures of the examination have a seed of their own.
PATTERNS, SEED = 300, 2024


def main() -> None:
    """Examine every network that is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", nargs="+", help="NAME=FOLDER of a recorded run")
    parser.add_argument(
        "--rooms", type=Path, help="a rendered set (HDF5) whose pictures without a sign to ask"
    )
    parser.add_argument("--out", type=Path, help="file to write; by default it is printed")
    given = parser.parse_args()
    named = [one.partition("=")[::2] for one in given.network]
    others = list(_others(given.rooms))
    page = "\n".join(line for name, folder in named for line in examined(name, Path(folder), others))
    if given.out is None:
        print(page)
    else:
        given.out.write_text(f"{page}\n", encoding="utf-8")


def examined(name: str, folder: Path, others: Sequence[tuple[str, np.ndarray]]) -> Iterator[str]:
    """The lines about one network; `others` are pictures without a sign, by what they show."""
    recording = read_recording(folder)
    run = recording.run
    yield f"## {name}\n"
    yield (
        f"{run.title}; learned from {run.card['data']['training']} pictures ({run.settings.data}), seed "
        f"{run.settings.seed}, {run.epoch} epochs, {whole(round(run.seconds))} s.\n"
    )
    yield "| pictures | right | 95 % interval | calibration error | no answer | right of the answered |"
    yield "| --- | ---: | --- | ---: | ---: | ---: |"
    confusions = []
    for one in _signs(digits_learned="digits" in run.settings.data.split("+")):
        answer = _asked(recording, one.pictures)
        yield _row(one, answer)
        confusions.append((one.title, evaluate(answer.probabilities, one.labels).confusion))
    yield "\nPictures without a sign:\n"
    yield "| pictures | no answer | 95 % interval |"
    yield "| --- | ---: | --- |"
    for title, pictures in others:
        refused = sum(label is None for label in _asked(recording, pictures).labels)
        share = Accuracy(refused, len(pictures))
        yield f"| {title} ({len(pictures)}) | {percent(share.value)} | {_interval(share)} |"
    for title, confusion in confusions:
        yield from _table(title, confusion)


def _asked(recording: Recording, pictures: np.ndarray) -> Answer:
    weights = recording.weights
    if weights is None:
        raise SystemExit(f"{recording.run.title} was recorded without weights, so it cannot be examined.")
    return predict(recording.run.settings, str(weights), pictures, calibration=recording.run.calibration)


def _signs(digits_learned: bool) -> Iterator[Labelled]:
    try:
        hands = load("signs")
    except HandsError as missing:
        print(f"SIGNS is left out: {missing}")
    else:
        yield Labelled("SIGNS, training", hands.train_x, hands.train_y, hands.classes)
        yield Labelled("SIGNS, test", hands.test_x, hands.test_y, hands.classes)
        clean = hands.clean_test
        yield Labelled("SIGNS, clean test", hands.test_x[clean], hands.test_y[clean], hands.classes)
    try:
        digits = labelled("digits")
    except HandsError as missing:
        print(f"Sign Language Digits are left out: {missing}")
    else:
        yield held_back_digits(digits) if digits_learned else digits
    yield labelled("rendered", "test")


def _row(one: Labelled, answer: Answer) -> str:
    found = evaluate(answer.probabilities, one.labels).all
    given = [
        (label, true) for label, true in zip(answer.labels, one.labels, strict=True) if label is not None
    ]
    error = expected_calibration_error(answer.probabilities, one.labels)
    answered = percent(sum(a == b for a, b in given) / len(given)) if given else "none"
    return (
        f"| {one.title} ({len(one.labels)}) | {percent(found.value)} | {_interval(found)} | {percent(error)} "
        f"| {percent(1 - len(given) / len(one.labels))} | {answered} |"
    )


def _interval(share: Accuracy) -> str:
    low, high = share.interval
    return f"{percent(low)} to {percent(high)}"


def _table(title: str, confusion: Sequence[Sequence[int]]) -> Iterator[str]:
    yield f"\n{title}: rows are labels, columns answers, every picture answered.\n"
    yield "|  | " + " | ".join(CLASSES) + " |"
    yield "| --- |" + " ---: |" * len(CLASSES)
    for name, row in zip(CLASSES, confusion, strict=True):
        yield f"| {name} | " + " | ".join(map(str, row)) + " |"


def _others(rooms: Path | None) -> Iterator[tuple[str, np.ndarray]]:
    yield "Noise, stripes and colours", drawn(PATTERNS, SEED)
    if rooms is not None:
        with h5py.File(rooms) as file:
            yield "Rendered rooms, other gestures and two hands", file["x"][()][file["y"][()] < 0]
    pictures = _of_packages()
    if len(pictures):
        yield "Pictures that the installed packages carry", pictures


def _of_packages() -> np.ndarray:
    """Every picture in the installed packages that is large enough, as the network is given it."""
    found = []
    for folder in site.getsitepackages():
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.lower() not in {".jpg", ".jpeg", ".png", ".webp"}:
                continue
            try:
                picture = open_picture(path.read_bytes(), path.name)
            except PictureError as refusal:
                print(f"{path.name} is left out: {refusal}")
                continue
            if min(picture.size) >= SMALLEST:
                found.append(network_input(picture).pixels)
    return np.stack(found) if found else np.empty((0, 64, 64, 3), np.uint8)


if __name__ == "__main__":
    main()
