"""``explain``: on which parts of a picture the score of a class hangs, at any checkpoint of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from resnet_core.commands.classify import run_option
from resnet_core.commands.looking import (
    crop_option,
    file_argument,
    looked_at,
    out_option,
    step_option,
    write_table,
)
from resnet_core.commands.output import json_option, one_sentence, say
from resnet_core.figures.base import Look
from resnet_core.figures.why import overlay_png
from resnet_core.figures.why_sheets import CAM, OCCLUSION, Seen, methods_sheet, stages_sheet
from resnet_core.figures.why_words import (
    answer_words,
    cam_reading,
    covered_reading,
    gradient_reading,
)
from resnet_core.probes.differentiated import ANSWER
from resnet_core.probes.explaining import FILLS, METHODS, Covering, Smoothing
from resnet_core.probes.opened import Which


@dataclass(frozen=True)
class _Asked:
    """What is asked besides the run and the picture."""

    label: int
    methods: tuple[str, ...]
    smoothing: Smoothing
    covering: Covering


@click.command()
@run_option
@step_option
@click.option("--label", type=int, help="The class, from 0; by default the answer.")
@click.option(
    "--method", "methods", multiple=True, type=click.Choice(METHODS), help="May be given several times; by "
    "default all.",
)  # fmt: skip
@crop_option
@click.option("--samples", default=Smoothing.samples, show_default=True, help="SmoothGrad: noisy copies.")
@click.option("--sigma", default=Smoothing.sigma, show_default=True, help="SmoothGrad: share of the range.")
@click.option("--seed", default=Smoothing.seed, show_default=True, help="SmoothGrad: of the noise.")
@click.option("--patch", default=Covering.patch, show_default=True, help="Occlusion: side of the square.")
@click.option("--stride", default=Covering.stride, show_default=True, help="Occlusion: pixels.")
@click.option("--fill", default=Covering.fill, show_default=True, type=click.Choice(FILLS))
@out_option
@file_argument
@json_option
@one_sentence
def explain(
    *,
    run_id: str | None,
    step: int | None,
    file: Path,
    crop: str,
    out: Path | None,
    as_json: bool,
    **how: Any,
) -> None:
    """Say on which parts of a picture the score of a class hangs; with --out, draw it and keep the arrays."""
    given = looked_at(run_id, step, file, crop)
    run = given.run
    label = ANSWER if how["label"] is None else int(how["label"])
    if how["label"] is not None and not 0 <= label < run.classes:
        raise ValueError(f"--label should be a class from 0 to {run.classes - 1}, but {label} came.")
    asked = _Asked(
        label,
        how["methods"] or METHODS,
        Smoothing(how["samples"], how["sigma"], how["seed"]),
        Covering(how["patch"], how["stride"], how["fill"]),
    )
    seen = _look(given.which, given.pixels, asked, f"step {given.step}")
    classes = tuple(str(number) for number in range(run.classes))
    sentences = _sentences(seen, asked, classes)
    written = [] if out is None else _write(out, seen, asked, given.pixels, classes)
    values = {
        **given.told,
        "label": seen.looked.label, "answer": seen.looked.answer,
        "scores": [float(score) for score in seen.looked.scores],
        "probabilities": [float(share) for share in seen.looked.probabilities],
        "sentences": sentences, "files": written,
    }  # fmt: skip
    say(as_json, values, "\n".join([*sentences, *written]))


def _look(which: Which, pixels: np.ndarray, asked: _Asked, name: str) -> Seen:
    from resnet_core.probes.why import why, why_covered, why_smoothed

    looked = why(which, pixels, asked.label)
    smoothed = covered = None
    if "smoothgrad" in asked.methods:
        smoothed = why_smoothed(which, pixels, looked.label, asked.smoothing)
    if "occlusion" in asked.methods:
        covered = why_covered(which, pixels, asked.covering)
    return Seen(name if which.weights else "before training", looked, smoothed, covered)


def _sentences(seen: Seen, asked: _Asked, classes: tuple[str, ...]) -> list[str]:
    label, maps = seen.looked.label, seen.maps
    found = [answer_words(seen.looked, classes)]
    if "gradcam" in asked.methods:
        found += [cam_reading(cam, classes[label]) for cam in seen.looked.cams]
    for name, title in {"gradient": "The gradient", "smoothgrad": "SmoothGrad"}.items():
        if name in asked.methods:
            found.append(gradient_reading(maps[name], title, classes[label]))
    if seen.covered is not None:
        found.append(covered_reading(seen.covered, label, classes))
    return [sentence.replace("**", "") for sentence in found]


def _write(out: Path, seen: Seen, asked: _Asked, pixels: np.ndarray, classes: tuple[str, ...]) -> list[str]:
    """Everything that the page offers, into a folder; returns the names of the files."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, values in seen.maps.items():
        if name.split("_")[0] in asked.methods:
            written.append(out / f"{name}.png")
            written[-1].write_bytes(overlay_png(values, pixels, signed=name == OCCLUSION))
    sheets = [stages_sheet([seen], pixels, classes)] if CAM in asked.methods else []
    if seen.smoothed is not None and seen.covered is not None:
        sheets.append(methods_sheet([seen], len(seen.looked.cams) - 1, pixels, classes))
    for sheet in sheets:
        written += [out / f"{sheet.key}.svg", out / f"{sheet.key}.csv"]
        written[-2].write_text(sheet.svg(Look()), encoding="utf-8")
        write_table(written[-1], sheet.columns())
    written.append(out / "why.npz")
    arrays: dict[str, Any] = {"picture": pixels, **seen.arrays()}
    np.savez_compressed(written[-1], **arrays)
    return [str(path) for path in written]
