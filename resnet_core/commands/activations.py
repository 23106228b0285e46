"""``activations``: what leaves the layers of a run for one picture, and what each block adds to it."""

from __future__ import annotations

from dataclasses import asdict
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
from resnet_core.figures.layer_table import channel_table
from resnet_core.figures.mosaic import is_signed, mosaic_png
from resnet_core.figures.residual_meter import Metered, meter_table
from resnet_core.figures.residual_words import answer, reading
from resnet_core.probes.inside import Seen

ALL = "all"
_SIDE = 64
"""Pixels that a map has at least in the picture that is written."""


@click.command()
@run_option
@step_option
@click.option(
    "--layer", "layers", multiple=True, help="Its name, as the summary of the network has it; may be given "
    f"several times, and {ALL} means every layer.",
)  # fmt: skip
@crop_option
@out_option
@file_argument
@json_option
@one_sentence
def activations(
    *,
    run_id: str | None,
    step: int | None,
    layers: tuple[str, ...],
    file: Path,
    crop: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say what each block adds to a picture, and what leaves layers; with --out, draw and keep the maps."""
    from resnet_core.probes.inside import seen
    from resnet_core.probes.passes import maps_of, passed

    given = looked_at(run_id, step, file, crop)
    which, pixels = given.which, given.pixels
    found = seen(which, pixels)
    names = list(passed(which, pixels).maps)[1:] if ALL in layers else list(dict.fromkeys(layers))
    maps = {name: maps_of(which, pixels, name) for name in names}
    written = [] if out is None else _write(out, found, maps, pixels)
    sentences = [answer(found.residuals).replace("**", "")]
    if found.residuals:
        sentences.append(reading(found.residuals, "this picture").replace("**", ""))
    told = [_told(name, values) for name, values in maps.items()]
    values = {
        **given.told,
        "answer": found.label, "probabilities": [float(share) for share in found.probabilities],
        "blocks": [{**asdict(row), "ratio": row.ratio} for row in found.residuals],
        "layers": told,
        "sentences": sentences, "files": written,
    }  # fmt: skip
    say(as_json, values, "\n".join([*sentences, *map(_line, told), *written]))


def _told(name: str, maps: np.ndarray) -> dict[str, Any]:
    values = maps.astype(np.float64)
    return {
        "name": name,
        "shape": list(maps.shape),
        "mean": float(values.mean()),
        "std": float(values.std()),
        "smallest": float(values.min()),
        "largest": float(values.max()),
        "channels_all_zero": int((values == 0).all((0, 1)).sum()),
    }


def _line(told: dict[str, Any]) -> str:
    shape = " x ".join(map(str, told["shape"]))
    return (
        f"{told['name']}: {shape}, mean {told['mean']:.4g}, standard deviation {told['std']:.4g}, "
        f"{told['channels_all_zero']} channels 0 everywhere"
    )


def _write(out: Path, found: Seen, maps: dict[str, np.ndarray], pixels: np.ndarray) -> list[str]:
    """Everything that the page offers, into a folder; returns the names of the files."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    if found.residuals:
        written.append(out / "meter.csv")
        write_table(written[-1], meter_table([Metered("this picture", found.residuals)]))
    for name, values in maps.items():
        written += [out / f"{name}.png", out / f"{name}.csv"]
        signed = is_signed(values)
        written[-2].write_bytes(mosaic_png(values, None, "light", signed=signed, least=_SIDE))
        write_table(written[-1], channel_table(values))
    written.append(out / "activations.npz")
    arrays: dict[str, Any] = {f"maps/{name}": values for name, values in maps.items()}
    np.savez_compressed(written[-1], picture=pixels, probabilities=found.probabilities, **arrays)
    return [str(path) for path in written]
