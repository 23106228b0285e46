"""Whether the process that trains a run still lives, and what to say of a run whose process is gone."""

from __future__ import annotations

import psutil

from resnet_core.training.records import QUEUED

#: A running run beats every two seconds; after this long without a beat its worker counts as gone.
SILENCE = 30.0


def lives(pid: int, since: float) -> bool:
    """Whether a process exists and was there at `since`; a younger one has only taken over its number."""
    try:
        return psutil.Process(pid).create_time() <= since + 1
    except psutil.Error:
        return False


def why_interrupted(status: str, gone: bool, epoch: int, step: int = 0) -> str:
    """One sentence on how a run was interrupted, and what of it is kept.

    Args:
        status: queued or running.
        gone: whether its process has ended; it is only silent otherwise.
        epoch: epochs completed.
        step: of the last checkpoint from which it can go on; 0 where there is none.
    """
    if status == QUEUED:
        return "The app was closed before this run began."
    kept = f"what was reached by epoch {epoch} is kept" if epoch else "no epoch had been completed"
    if step:
        kept = f"what was reached by step {step} is kept"
    what = "The process that trained it ended" if gone else f"Its worker has been silent for {SILENCE:.0f} s"
    return f"{what}; {kept}."
