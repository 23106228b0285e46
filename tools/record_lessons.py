"""Records the runs of the lesson on moving averages: the notebook's recipe, and what its averages cost.

    python -m tools.record_lessons                            # those that ship, to assets/lessons
    python -m tools.record_lessons --only notebook-rendered --epochs 2 --folder FOLDER --runs RUNS
    python -m tools.record_lessons --only notebook-signs --run 261125-... --runs RUNS    # one already trained

After every epoch the weights are asked about the same pictures with batch statistics and with moving
averages. Weights ship only of the run that learned from the rendered hands, which ship too, and only of a
few epochs; of the run on SIGNS, which has no licence, only what was counted. Both take about three minutes
on two cores. The runs that look for a learning rate, on SIGNS, are recorded without weights, too.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from resnet_core.hands import sets
from resnet_core.places import ASSETS, write_beside
from resnet_core.probes.lesson_runs import LessonRun, read_lesson, write_ways
from resnet_core.probes.opened import Which
from resnet_core.probes.two_ways import both_ways
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.loop import train
from resnet_core.training.rate_range import range_of
from resnet_core.training.recorder import description, write_recording
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore, default_title


@dataclass(frozen=True)
class Lesson:
    """A run to record.

    Attributes:
        title: of the run.
        settings: what to train.
        early: epochs, beside the last, whose weights ship; None ships none at all.
    """

    title: str
    settings: RunSettings
    early: tuple[int, ...] | None


_NOTEBOOK = RunSettings(network="resnet50", width=0.25, recipe="notebook", epochs=10, validation_share=0.0)
LESSONS = {
    "notebook-signs": Lesson("The course notebook's recipe on SIGNS", _NOTEBOOK, None),
    "notebook-rendered": Lesson(
        "The course notebook's recipe on rendered hands", replace(_NOTEBOOK, data="rendered", width=0.2), ()
    ),
}
"""By the names of their folders."""
_RATE = RunSettings(network="resnet50", width=0.25)
RANGES = {"range-resnet50": _RATE, "range-plain50": replace(_RATE, network="plain50")}
"""The runs that ship with the page on learning rates; these are the longer runs that it looks for one for."""


def recorded_range(name: str, longer: RunSettings, folder: Path, store: RunStore, run_id: str = "") -> None:
    """Look for a learning rate, unless a run that did is named, and record the losses.

    Args:
        name: of the recording.
        longer: the run for which a rate is looked for.
        folder: in which a folder of that name is made.
        store: in which it is trained.
        run_id: of a run there that has been trained already.
    """
    pictures = len(sets.load(longer.data).train_y)
    settings = range_of(longer, 1.0, pictures)
    run_id = run_id or _trained(name, Lesson(f"Rate: {default_title(settings)}", settings, None), store)
    _describe(store, run_id, folder / name, store.run(run_id).title)


def _describe(store: RunStore, run_id: str, made: Path, title: str) -> None:
    made.mkdir(parents=True, exist_ok=True)
    run = replace(store.run(run_id), title=title)
    write_beside(made / "run.json", description(run, store.steps(run_id), store.epochs(run_id), None))


def recorded(name: str, lesson: Lesson, folder: Path, store: RunStore, run_id: str = "") -> LessonRun:
    """Train a run, unless one is named, measure it, and record it.

    Args:
        name: of the lesson.
        lesson: what to train.
        folder: in which a folder of that name is made.
        store: in which it is trained.
        run_id: of a run there that has been trained already.
    """
    run_id = run_id or _trained(name, lesson, store)
    run, kept = store.run(run_id), checkpoints(store.checkpoints(run_id))
    digest = sets.load(run.settings.data).digest
    ways = {}
    for one in kept:
        ways[one.step] = both_ways(Which(run.settings, str(one.path)), run.settings.data, digest)
        print(f"{name}: step {one.step}, {ways[one.step]}", flush=True)
    made = folder / name
    if lesson.early is None:
        _describe(store, run_id, made, lesson.title)
    else:
        each = run.steps // run.settings.epochs
        early = [each * epoch for epoch in lesson.early if epoch < run.settings.epochs]
        write_recording(store, run_id, made, checkpoints=early)
    write_ways(made, ways)
    return read_lesson(made)


def _trained(name: str, lesson: Lesson, store: RunStore) -> str:
    run_id = store.create(lesson.settings, lesson.title)
    train(run_id, store.folder, lambda line: print(f"{name}: {line}", flush=True))
    run = store.run(run_id)
    if run.status != DONE:
        raise SystemExit(f"{name}: the run ended as {run.status}: {run.reason}")
    return run_id


def main() -> None:
    """Record what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=[*LESSONS, *RANGES], nargs="+", default=[*LESSONS, *RANGES])
    parser.add_argument("--epochs", type=int, help="in place of those that ship, to try it out")
    parser.add_argument("--width", type=float, help="in place of theirs")
    parser.add_argument("--runs", type=Path, help="folder in which the runs are kept; else none is")
    parser.add_argument("--run", default="", help="record this run of the folder instead of training one")
    parser.add_argument("--folder", type=Path, default=ASSETS / "lessons", help="to record in")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        store = RunStore(given.runs or scratch, recordings=())
        for name in given.only:
            if name in RANGES:
                recorded_range(name, RANGES[name], given.folder, store, given.run)
                continue
            lesson = LESSONS[name]
            settings = replace(
                lesson.settings,
                epochs=given.epochs or lesson.settings.epochs,
                width=given.width or lesson.settings.width,
            )
            recorded(name, replace(lesson, settings=settings), given.folder, store, given.run)
            size = sum(path.stat().st_size for path in (given.folder / name).iterdir())
            print(f"{name}: {size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
