"""``teach``: a trained run learns one person's hand from a folder of pictures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from resnet_core.commands.classify import chosen_run
from resnet_core.commands.output import json_option, one_sentence, progress, say
from resnet_core.training.evaluation import Accuracy
from resnet_core.training.lesson import Outcome
from resnet_core.training.records import DONE, Run
from resnet_core.training.settings import RunSettings
from resnet_core.training.snapshots import read_snapshots
from resnet_core.training.store import RunStore


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--run", "run_id", help="Id of the run to start from; by default the one that ships.")
@click.option("--seed", default=RunSettings.seed, show_default=True, help="Of the draw and of the views.")
@click.option("--title", default="", help="A name for the new run.")
@json_option
@one_sentence
def teach(folder: Path, run_id: str | None, seed: int, title: str, as_json: bool) -> None:
    """Teach a trained run one person's hand, from pictures whose names begin with their sign: 3_hand.jpg.

    About three of ten are held back; what it says of them is printed before and after. The pictures stay
    where they are; the taught network is a run of its own.
    """
    from resnet_core.training import teaching

    store = RunStore()
    lesson = read_snapshots(folder)
    base = chosen_run(store, run_id)
    taught = store.create(teaching.lesson_settings(base, seed), title or teaching.lesson_title(base))
    progress(f"run {taught}: {store.run(taught).title}")
    teaching.teach(taught, lesson, store.folder, progress)
    run, outcome = store.run(taught), teaching.outcome_of(store, taught)
    if outcome is not None:
        say(as_json, _values(run, base, outcome), _text(outcome))
    if run.status != DONE:
        progress(run.reason or f"The run was {run.status} before its end.")
        sys.exit(1)


def _values(run: Run, base: Run, outcome: Outcome) -> dict[str, Any]:
    known = outcome.remembered
    return {
        "run": run.id,
        "base": base.id,
        "learned": outcome.learned,
        "held_back": _pair(outcome.before.all, outcome.after.all),
        "remembered": None
        if known is None
        else {"data": known.title, **_pair(known.before, known.after), "forgotten": known.forgotten},
        "seconds": round(run.seconds, 2),
    }


def _pair(before: Accuracy, after: Accuracy) -> dict[str, Any]:
    return {
        name: {"correct": one.correct, "count": one.count, "interval": list(one.interval)}
        for name, one in (("before", before), ("after", after))
    }


def _text(outcome: Outcome) -> str:
    lines = [f"{outcome.learned} pictures learned, {len(outcome.held)} held back:"]
    for name, found in (("before", outcome.before.all), ("after", outcome.after.all)):
        low, high = found.interval
        lines.append(
            f"  {name:<6} {found.correct} of {found.count} right (95 % interval {low:.1%} to {high:.1%})"
        )
    known = outcome.remembered
    if known is not None:
        lines.append(
            f"{known.title}, test: {known.before.correct} of {known.before.count} right before, "
            f"{known.after.correct} after ({known.forgotten} forgotten, {known.gained} gained)"
        )
    return "\n".join(lines)
