"""The metrics of a run as an event file, which TensorBoard reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from resnet_core.training.records import EpochRecord, Run, Steps

_OF_STEPS = ("loss", "accuracy", "learning_rate")


def write_events(path: Path, run: Run, steps: Steps, epochs: Sequence[EpochRecord]) -> None:
    """Write every metric as a scalar: `step/...` over optimiser steps, `epoch/...` over epochs from 1.

    The wall time of a point is when the run was created, plus the seconds that it had been training.

    Args:
        path: TensorBoard finds a file whose name contains `tfevents`.
        run: whose metrics these are.
        steps: of the run.
        epochs: of the run.
    """
    import tensorflow as tf

    event, summary = tf.compat.v1.Event, tf.compat.v1.Summary
    with tf.io.TFRecordWriter(str(path)) as writer:
        writer.write(event(wall_time=run.created, file_version="brain.Event:2").SerializeToString())
        for seconds, step, values in sorted(_points(steps, epochs), key=lambda point: point[0]):
            scalars = [summary.Value(tag=tag, simple_value=value) for tag, value in values.items()]
            written = event(wall_time=run.created + seconds, step=step, summary=summary(value=scalars))
            writer.write(written.SerializeToString())


def _points(steps: Steps, epochs: Sequence[EpochRecord]) -> Iterator[tuple[float, int, dict[str, float]]]:
    """Seconds, step and values by tag."""
    for at in range(len(steps)):
        values = {f"step/{name}": float(getattr(steps, name)[at]) for name in _OF_STEPS}
        yield float(steps.seconds[at]), int(steps.step[at]), values
    for record in epochs:
        known = dataclasses.asdict(record)
        values = {
            f"epoch/{name}": value
            for name, value in known.items()
            if name.endswith(("_loss", "_accuracy")) and value is not None
        }
        yield record.seconds, record.epoch, values
