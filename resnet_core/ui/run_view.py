"""A run on a page: its curves, its state in words, and what it gets right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from resnet_core.figures import confusion, curves
from resnet_core.figures.base import Look
from resnet_core.figures.contact_sheet import sheet_html
from resnet_core.figures.curves import Curve, Progress, Quantity
from resnet_core.figures.palette import SPLITS, Split, kind_of
from resnet_core.figures.rate import describe_rate
from resnet_core.figures.text import duration, interval, percent, plural, whole
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.training.evaluation import Evaluation
from resnet_core.training.records import QUEUED, RUNNING, EpochRecord, Run
from resnet_core.training.store import RunStore
from resnet_core.ui.figure import show_figure
from resnet_core.ui.hand_set import caption, rendered_words
from resnet_core.ui.notices import recorded_tag
from resnet_core.ui.queue_view import place_in_queue
from resnet_core.ui.run_controls import paused_words, stop_button

MISTAKES_SHOWN = 24


def run_curves(
    store: RunStore, run: Run, quantity: Quantity, progress: Progress, splits: Sequence[Split] = SPLITS
) -> list[Curve]:
    """The curves of one run, in the order in which they are drawn: training first, test last.

    By step and by second, training is drawn as every step saw it; by epoch, as the mean over the epoch.
    """
    kind, epochs = kind_of(run.settings.network), store.epochs(run.id)
    found: list[Curve] = []
    for split in splits:
        if split == "training" and progress != "epoch":
            steps = store.steps(run.id)
            found.append(
                Curve(split, kind, split, getattr(steps, progress), getattr(steps, quantity), noisy=True)
            )
            continue
        x, y = _of_epochs(epochs, split, quantity, progress)
        if y:
            found.append(Curve(split, kind, split, x, y, count=_pictures(run, split)))
    return found


def rate_of(store: RunStore, run: Run, progress: Progress) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Progress and learning rate of every step; in epochs a step lies between those that it is between."""
    steps = store.steps(run.id)
    if progress != "epoch":
        return np.asarray(getattr(steps, progress), np.float64), steps.learning_rate
    return steps.step * run.settings.epochs / max(1, run.steps), steps.learning_rate


def _of_epochs(
    epochs: Sequence[EpochRecord], split: Split, quantity: Quantity, progress: Progress
) -> tuple[list[float], list[float]]:
    name = f"{'train' if split == 'training' else split}_{quantity}"
    pairs = [(float(getattr(record, progress)), getattr(record, name)) for record in epochs]
    there = [(x, y) for x, y in pairs if y is not None]
    return [x for x, _ in there], [y for _, y in there]


def _pictures(run: Run, split: Split) -> int | None:
    """How many pictures stand behind an accuracy; the band is drawn for the test alone."""
    return run.card.get("data", {}).get("test") if split == "test" else None


def network_words(run: Run) -> str:
    """The network of a run in a few words: `resnet50 × 0.25`, or an own block with its stages."""
    meant = run.settings
    name = meant.network if not meant.plan else f"{meant.network} {meant.plan.replace('~', ' ')}"
    return f"{name} × {meant.width:g}"


def end_of(run: Run, progress: Progress) -> float | None:
    """Where the horizontal axis of a growing run ends."""
    if progress == "step":
        return run.steps or None
    return run.settings.epochs if progress == "epoch" else None


def hands_of(run: Run) -> str:
    """What a run's test is made of, as a person would say: test photographs, or rendered test pictures."""
    if run.settings.base:
        return "snapshots held back"
    drawn = _drawn(run)
    if all(drawn):
        return "rendered test pictures"
    return "test pictures, rendered and photographed" if any(drawn) else "test photographs"


def rendered(run: Run) -> bool:
    """Whether a run learned from pictures that a program drew, alone or among others."""
    return any(_drawn(run))


def _drawn(run: Run) -> list[bool]:
    """For each set of a run, whether a program drew it; ``rendered-large+digits`` are two sets."""
    return [name.startswith("rendered") for name in run.settings.data.split("+")]


def run_tags(*runs: Run) -> tuple[str, ...]:
    """The tags that a picture of these runs carries: when recorded, and whether of rendered hands."""
    tags = [recorded_tag(run.recorded, _made(run)) for run in runs if run.recorded]
    tags += [rendered_words(True) for run in runs if rendered(run)]
    return tuple(dict.fromkeys(tags))


def _made(run: Run) -> str:
    """Seed, versions and machine of a run, as they were written into its card."""
    machine, versions = run.card.get("machine", {}), run.card.get("versions", {})
    words = [f"seed {run.settings.seed}", *(f"{name} {version}" for name, version in versions.items())]
    words += [f"{machine['cores']} cores"] if "cores" in machine else []
    return ", ".join([*words, str(machine["system"])] if "system" in machine else words)


def show_curves(store: RunStore, run: Run, progress: Progress, look: Look) -> None:
    """Draws loss and accuracy of one run side by side, the learning rate under each on the same axis."""
    rate = rate_of(store, run, progress)
    for column, quantity in zip(st.columns(2), _QUANTITIES, strict=True):
        with column:
            drawn = run_curves(store, run, quantity, progress)
            show_figure(
                curves.curve_figure(
                    drawn, look, quantity=quantity, progress=progress, end=end_of(run, progress), rate=rate
                ),
                key=f"{quantity}-of-run",
                alt=curves.describe(drawn, quantity, progress) + describe_rate(rate[1]),
                data=columns_of(drawn, quantity, progress)
                | {f"rate {progress}": rate[0], "learning rate": rate[1]},
                caption=_CAPTIONS[quantity],
                tags=run_tags(run),
            )


_QUANTITIES: tuple[Quantity, Quantity] = ("loss", "accuracy")
_CAPTIONS = {
    "loss": "Thin: training, each step faint and their running mean. Medium: validation. Thick: test.",
    "accuracy": "The band is the 95 % interval (Wilson) of the accuracy on the test pictures.",
}


def columns_of(drawn: Sequence[Curve], quantity: str, progress: str) -> dict[str, Any]:
    """The points of curves as columns for a CSV file."""
    columns: dict[str, Any] = {}
    for curve in drawn:
        x, y = curve.points
        columns[f"{curve.label} {progress}"], columns[f"{curve.label} {quantity}"] = x, y
    return columns


def state_sentence(run: Run) -> str:
    """What the run is doing, in one line."""
    if run.status == QUEUED:
        return place_in_queue(run)
    if run.status == RUNNING and not run.step:
        return "Building and tracing the network; the first point comes after a few seconds."
    parts = [words] if (words := paused_words(run)) else []
    parts += [
        f"epoch {min(run.settings.epochs, run.epoch + (not run.ended))} of {run.settings.epochs}",
        *([] if run.paused else [f"step {whole(run.step)} of {whole(run.steps)}"]),
    ]
    if run.images_per_second and not words:
        parts.append(f"{run.images_per_second:.0f} pictures/s")
    if run.seconds_left is not None and not words:
        parts.append(f"about {duration(run.seconds_left)} left")
    if run.ended and not words:
        parts.append(f"{run.status} after {duration(run.seconds)}")
    return " · ".join(parts)


def working(run: Run, *, stop: bool = True) -> None:
    """Draws how far the run is and, unless that stands elsewhere, the button that stops it meanwhile."""
    share = min(1.0, run.step / run.steps) if run.steps else 0.0
    if not stop:
        st.progress(share, text=state_sentence(run))
        return
    words, button = st.columns([5, 1], vertical_alignment="center")
    with words:
        st.progress(share, text=state_sentence(run))
    if not run.ended:
        with button:
            stop_button(run)


def accuracy_sentence(run: Run, found: Evaluation) -> str:
    """The accuracy of a run on its test, all and clean, with its interval."""
    text = (
        f"**{percent(found.all.value)}** of the {whole(found.all.count)} {hands_of(run)} "
        f"(95{chr(0x202F)}% interval {interval(*found.all.interval)})"
    )
    if found.clean.count == found.all.count:
        return text
    return (
        f"{text}, {percent(found.clean.value)} of the {whole(found.clean.count)} that are not also "
        "training pictures"
    )


def data_of(run: Run) -> HandSigns | None:
    """The pictures that a run was trained and tested on, or None where they are not on this machine."""
    try:
        data = sets.load(run.settings.data)
    except HandsError:
        return None
    return data if data.digest == run.card.get("data", {}).get("digest") else None


def show_evaluation(run: Run, found: Evaluation, look: Look) -> None:
    """Draws the confusion matrix of a run and the pictures that it takes for another sign."""
    data = data_of(run)
    left, right = st.columns([2, 3])
    classes = data.classes if data is not None else tuple(str(i) for i in range(len(found.confusion)))
    with left:
        st.subheader("Which signs are taken for which", anchor=False)
        show_figure(
            confusion.confusion_figure(found.confusion, classes, look),
            key="confusion",
            alt=confusion.describe(found.confusion, classes),
            data={
                "true": classes,
                **{
                    f"answer {name}": column
                    for name, column in zip(classes, np.array(found.confusion).T, strict=True)
                },
            },
            caption="Rows: the sign shown. Columns: the answer. The test, with the last weights.",
            tags=run_tags(run),
        )
    with right:
        st.subheader("The pictures it mistakes", anchor=False)
        _show_mistakes(found, data)


def _show_mistakes(found: Evaluation, data: HandSigns | None) -> None:
    if not found.mistakes:
        st.markdown("None: every picture of the test is answered rightly.")
        return
    if data is None:
        st.markdown("The pictures of this run are not on this machine, so they cannot be shown.")
        return
    shown = found.mistakes[:MISTAKES_SHOWN]
    captions = [
        f"{data.classes[m.label]}, answered {data.classes[m.answer]} ({percent(m.probability, 2)})"
        for m in shown
    ]
    st.html(sheet_html(data.test_x[[mistake.index for mistake in shown]], captions))
    wrong = found.all.count - found.all.correct
    caption(f"{plural(wrong, 'mistake')}, the surest first.", rendered=data.rendered)
