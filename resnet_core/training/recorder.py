"""Making a recording of a run: its description in one small file, and a few checkpoints or none."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resnet_core.hands.dataset import SIZE
from resnet_core.network.weights import read_weights, set_weights, write_weights
from resnet_core.places import write_beside
from resnet_core.training import checkpoint
from resnet_core.training.recording import (
    FORMAT,
    MOST_JSON,
    Columns,
    Description,
    Recording,
    RecordingError,
    read_recording,
)
from resnet_core.training.records import DONE, EpochRecord, Run, Steps, thinned_places
from resnet_core.training.reliance import Reliance
from resnet_core.training.store import RunStore

#: Steps and mistakes that are kept, the latter the most confident ones.
MOST_STEPS, MOST_MISTAKES = 1_500, 300


def write_recording(
    store: RunStore,
    run_id: str,
    folder: Path,
    *,
    checkpoints: Sequence[int],
    reliance: Reliance | None = None,
) -> Recording:
    """Record a run that is done: `run.json`, and weights in half precision where some are wanted.

    Args:
        store: that has the run.
        run_id: in that store.
        folder: to write to; it is made when missing, and its name is the id of the recorded run.
        checkpoints: steps after which the weights are kept, the last of the run beside them; without any,
            no weights are kept.
        reliance: what was measured about how sure the network is; without it the run always answers.

    Returns:
        The recording, read again.

    Raises:
        RecordingError: when the run is not done, has no such checkpoint, or is too large.
    """
    run = store.run(run_id)
    text = description(run, store.steps(run_id), store.epochs(run_id), reliance)
    folder.mkdir(parents=True, exist_ok=True)
    if checkpoints:
        _write_weights(store.checkpoints(run_id), folder, run, set(checkpoints))
    write_beside(folder / "run.json", text)
    return read_recording(folder)


def _write_weights(source: Path, folder: Path, run: Run, wanted: set[int]) -> None:
    from resnet_core.network.model import keras_model

    there = {each.step: each.path for each in checkpoint.checkpoints(source)}
    missing = sorted(wanted - there.keys())
    if missing or not there:
        found = ", ".join(map(str, there)) or "none"
        raise RecordingError(f"There should be checkpoints of the steps {missing}, but there are {found}.")
    spec = run.settings.spec(size=SIZE, classes=run.classes)
    model = keras_model(spec)
    for step in sorted(wanted | {max(there)}):
        set_weights(model, read_weights(there[step], spec))
        write_weights(folder / there[step].name, model, half=True)


def description(run: Run, steps: Steps, epochs: Sequence[EpochRecord], reliance: Reliance | None) -> bytes:
    """What `run.json` says of a run that is done.

    Raises:
        RecordingError: when it is not done, or there is too much to say.
    """
    if run.status != DONE:
        raise RecordingError(f"Only a run that is done can be recorded, but this one is {run.status}.")
    found = run.evaluation
    if found is not None:
        found = dataclasses.replace(found, mistakes=found.mistakes[:MOST_MISTAKES])
    card = run.card if reliance is None else {**run.card, "calibration": reliance.to_dict()}
    said = Description(
        format=FORMAT, title=run.title, settings=run.settings.to_dict(), created=round(run.created),
        seconds=round(run.seconds, 1), step=run.step, steps=run.steps, epoch=run.epoch, card=card,
        evaluation=found, step_metrics=_thinned(steps), epoch_metrics=tuple(epochs),
    )  # fmt: skip
    values = dataclasses.asdict(said)
    values |= {part: _rounded(values[part]) for part in ("evaluation", "step_metrics", "epoch_metrics")}
    text = json.dumps(values, separators=(",", ":"), allow_nan=False).encode()
    if len(text) > MOST_JSON:
        raise RecordingError(f"run.json should have at most {MOST_JSON:,} bytes, but it has {len(text):,}.")
    return text


def _thinned(steps: Steps) -> Columns:
    """Every k-th step as it was measured, the first and the last with them."""
    kept = thinned_places(len(steps), MOST_STEPS)
    return Columns(*(tuple(getattr(steps, f.name)[kept].tolist()) for f in dataclasses.fields(Steps)))


def _rounded(value: Any) -> Any:
    """Numbers with six significant digits: more are noise, and take room."""
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(one) for one in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value
