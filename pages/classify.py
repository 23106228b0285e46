"""The Classify page: a trained network looks at a picture of a hand."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from resnet_core.figures.text import interval, percent, shape, whole
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.training.predict import predict
from resnet_core.ui.answers import show_answers
from resnet_core.ui.given import MIRROR, PRIVATE, Given, from_camera, from_files, part_option
from resnet_core.ui.live import FIND, show_live
from resnet_core.ui.method import how_measured
from resnet_core.ui.notices import empty, problem
from resnet_core.ui.options import Choice, Number
from resnet_core.ui.page import Page, footer, page, source_line, way_on
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import TrainedRun, run_choice, trained_runs
from resnet_core.ui.samples import from_samples, sample_option
from resnet_core.ui.services import store
from resnet_core.ui.state import adopt, choose
from resnet_core.ui.trust import show_trust

QUESTION = "Which hand sign is this?"
SOURCES = {"sample": "Sample", "files": "Your files", "camera": "Snapshot", "live": "Live camera"}


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    # A run that ships goes first: it is asked until somebody chooses another.
    runs = sorted(trained_runs(store()), key=lambda one: not one.run.recorded)
    if runs:
        _classifier(drawn, runs)
        _method()
        source_line(
            "The network is that of He et al. 2015 (arXiv 1512.03385), at the width that its run was given; "
            "the photographs it learned are named by its run."
        )
        way_on("inside", "What happens inside it?")
        way_on("data", "What did it learn from?")
    else:
        drawn.answer("A trained network gives each sign a probability. Here you ask it about any hand.")
        empty(
            "No network has been trained on this machine yet. The first takes a few minutes, and can be "
            "asked as soon as its first epoch is done.",
            "Train a network",
            "train",
        )
    footer()


def _classifier(drawn: Page, runs: list[TrainedRun]) -> None:
    hands = _photographs()
    which, parts = run_choice(runs), part_option()
    source = _source_option(hands)
    which_sample = sample_option(hands) if hands is not None else None
    adopt(which, source, parts, MIRROR, FIND, *([which_sample] if which_sample else []))
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-classify"):
        with st.container(width=round(drawn.look.pixels(460))):
            run_id = choose(which, "select")
        chosen = choose(source)
        part = choose(parts) if chosen in {"files", "camera"} else parts.default
    trained = next(one for one in runs if one.run.id == run_id)
    drawn.slot.markdown(_about(trained))  # holds the place of the answer until there is one
    if chosen == "live":
        drawn.answer(_about(trained))
        show_live(trained, _classes(trained, hands))
        show_trust(trained.run)
        return
    given, place = _given(chosen, part, hands, which_sample)
    with place:
        if given.refused:  # one notice for all, so that what can be answered stays in sight
            lines = "\n".join(f"- {plain(sentence)}" for sentence in given.refused)
            st.error(lines if len(given.refused) > 1 else plain(given.refused[0]))
        answered = bool(given.pictures) and show_answers(drawn, trained, given, _classes(trained, hands))
    if not answered:
        drawn.answer(_about(trained))
    show_trust(trained.run)
    if chosen != "sample":
        st.caption(PRIVATE)


def _given(
    chosen: str, part: str, hands: HandSigns | None, which: Number | None
) -> tuple[Given, DeltaGenerator]:
    """Draws the field for pictures; returns what is in it, and the place where the answers belong."""
    if chosen == "camera":
        camera, beside = st.columns([3, 7], gap="medium")
        with camera:
            return from_camera(part), beside
    if chosen == "sample" and hands is not None and which is not None:
        return from_samples(hands, which), st.container()
    return from_files(part), st.container()


def _photographs() -> HandSigns | None:
    """SIGNS where it is found, else the rendered hands."""
    try:
        return sets.load(sets.default_name())
    except HandsError as refusal:
        problem(f"There are no samples: {refusal}")
        return None


def _source_option(hands: HandSigns | None) -> Choice:
    names = SOURCES if hands is not None else {key: SOURCES[key] for key in ("files", "camera", "live")}
    return Choice("picture", "Picture from", names, next(iter(names)))


def _classes(trained: TrainedRun, hands: HandSigns | None) -> tuple[str, ...]:
    """What the run's answers are called: as in its data, if that is here, or else by number."""
    digest = trained.run.card.get("data", {}).get("digest")
    if hands is not None and hands.digest == digest:
        return hands.classes
    evaluation = trained.run.evaluation
    return tuple(str(label) for label in range(len(evaluation.confusion) if evaluation else 6))


def _about(trained: TrainedRun) -> str:
    """How good the network is, before it has been asked."""
    found = trained.run.evaluation
    if found is None:
        return f"{plain(trained.run.title)} gives each sign a probability, for any picture of a hand."
    return (
        f"{plain(trained.run.title)} is right on {percent(found.all.value)} of {whole(found.all.count)} test "
        f"pictures (95\u202f% interval {interval(*found.all.interval)}). Give it another hand."
    )


def _method() -> None:
    how_measured(
        "The picture is turned upright as its camera asks, its transparent parts become white, and the "
        f"part in the frame is shrunk to {shape((64, 64, 3))} values by a Lanczos filter. The network "
        "divides each value by 255 and gives one probability a sign (softmax). Where a run was "
        "calibrated, its logits are first divided by a temperature, which was fitted on pictures it had "
        "not learned from, and there is no answer below a threshold, which was chosen on pictures without "
        "a sign. Where its calibration says so, it is asked about the mirror image too, and the logits are "
        "the means of both, which errs less often. It runs in a process of its own, with the newest "
        "weights of the run; the time is that of the forward pass alone, after a first one that is not "
        "counted. The most similar training "
        "pictures are those at the least Euclidean distance, pixel by pixel; usual is what lies between "
        "the 1st and the 99th percentile of them. Live, the browser sends one frame at a time and the next "
        "when the answer is drawn; probabilities are averaged exponentially over half a second, and the "
        "threshold is held against the average.",
        code=predict,
    )


show()
