"""``activations``: what leaves the layers of a run for one picture, and what each block adds to it."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np

from resnet_core.commands.classify import CROPS, chosen_run, run_option, what_is_seen
from resnet_core.commands.explain import weights_at_step
from resnet_core.commands.output import json_option, one_sentence, say
from resnet_core.figures.layer_table import channel_table
from resnet_core.figures.mosaic import is_signed, mosaic_png
from resnet_core.figures.residual_meter import Metered, meter_table
from resnet_core.figures.residual_words import answer, reading
from resnet_core.probes.inside import Seen
from resnet_core.probes.opened import Which
from resnet_core.training.store import RunStore

ALL = "all"
_SIDE = 64
"""Pixels that a map has at least in the picture that is written."""


@click.command()
@run_option
@click.option("--step", type=int, help="Of a checkpoint; 0 is before training. By default the newest.")
@click.option(
    "--layer", "layers", multiple=True, help="Its name, as the summary of the network has it; may be given "
    f"several times, and {ALL} means every layer.",
)  # fmt: skip
@click.option("--crop", default="auto", show_default=True, type=click.Choice(list(CROPS)))
@click.option("--out", type=click.Path(path_type=Path), help="A folder for pictures, tables and arrays.")
@click.argument("file", type=click.Path(path_type=Path))
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

    store = RunStore()
    run = chosen_run(store, run_id)
    step, weights = weights_at_step(store, run, step)
    used, part = what_is_seen(file, crop)
    which = Which(run.settings, weights, run.classes)
    found = seen(which, part.pixels)
    names = list(passed(which, part.pixels).maps)[1:] if ALL in layers else list(dict.fromkeys(layers))
    maps = {name: maps_of(which, part.pixels, name) for name in names}
    written = [] if out is None else _write(out, found, maps, part.pixels)
    sentences = [answer(found.residuals).replace("**", "")]
    if found.residuals:
        sentences.append(reading(found.residuals, "this picture").replace("**", ""))
    told = [_told(name, values) for name, values in maps.items()]
    values = {
        "file": str(file), "run": run.id, "step": step, "crop": used, "box": list(part.box),
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
        _table(written[-1], meter_table([Metered("this picture", found.residuals)]))
    for name, values in maps.items():
        written += [out / f"{name}.png", out / f"{name}.csv"]
        signed = is_signed(values)
        written[-2].write_bytes(mosaic_png(values, None, "light", signed=signed, least=_SIDE))
        _table(written[-1], channel_table(values))
    written.append(out / "activations.npz")
    arrays: dict[str, Any] = {f"maps/{name}": values for name, values in maps.items()}
    np.savez_compressed(written[-1], picture=pixels, probabilities=found.probabilities, **arrays)
    return [str(path) for path in written]


def _table(path: Path, columns: dict[str, list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
