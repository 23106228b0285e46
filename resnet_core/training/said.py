"""What the training of a run says to people, and the refusals that a run survives."""

from __future__ import annotations

from pathlib import Path

from resnet_core.hands.dataset import HandSigns
from resnet_core.training.checkpoint import Found, pairs
from resnet_core.training.data import load_data
from resnet_core.training.records import QUEUED, EpochRecord, Interrupted, Run
from resnet_core.training.store import RunStore

_WENT_ON = "Its worker ended and was replaced; the run went on from its last checkpoint."


def material_of(store: RunStore, run: Run) -> HandSigns:
    """The pictures that a run learns from.

    Raises:
        ValueError: when they cannot be read, and nothing of the run would be lost.
        Interrupted: when they cannot be read, but there is something to go on from once they are back.
    """
    try:
        return load_data(run.settings.data)
    except (ValueError, OSError) as missing:
        kept = pairs(store.checkpoints(run.id))
        if not kept:
            raise
        raise Interrupted(
            f"The pictures that this run learns from cannot be read: {missing} What was reached by step "
            f"{kept[-1].step} is kept; bring them back, and go on."
        ) from missing


def why_it_goes_on(run: Run, found: Found) -> str:
    """Why a run goes on, where it does so otherwise than somebody would expect; "" elsewhere."""
    said = [_WENT_ON] if run.status != QUEUED else []
    if found.damaged:
        steps, last = " and ".join(map(str, sorted(found.damaged))), found.checkpoint
        instead = f"it went on from the one after step {last.step}" if last else "it began again"
        said.append(f"The checkpoint after step {steps} could not be read, so {instead}.")
    return " ".join(said)


def diverged(what: str, rate: float, folder: Path) -> str:
    """What is said of a run whose numbers are none any more, and what usually helps.

    Args:
        what: happened, at which step; the beginning of the sentence.
        rate: the learning rate.
        folder: of the checkpoints of the run.
    """
    kept = pairs(folder)
    back = (
        f" What was reached by step {kept[-1].step} is kept: go on from there with a smaller one."
        if kept
        else ""
    )
    return (
        f"{what}, with a learning rate of {rate:.2g}; a smaller learning rate or batch norm in the network "
        f"usually helps.{back}"
    )


def epoch_line(record: EpochRecord, epochs: int) -> str:
    """One line for the command line about an epoch."""
    parts = [f"epoch {record.epoch}/{epochs}", f"{record.seconds:.1f} s", f"loss {record.train_loss:.3f}"]
    for name in ("train", "validation", "test"):
        accuracy = getattr(record, f"{name}_accuracy")
        if accuracy is not None:
            parts.append(f"{name} {accuracy:.1%}")
    return ", ".join(parts)
