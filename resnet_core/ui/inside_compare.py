"""A second column: another run, epoch or picture beside what is looked at; all of it in the address."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from resnet_core.figures.compared import both_signed, likeness_words, maps_html
from resnet_core.figures.probabilities import written
from resnet_core.figures.residual_meter import Metered, describe_meter, meter_table, spread_figure
from resnet_core.hands.dataset import HandSigns
from resnet_core.network.graph import walk
from resnet_core.probes.inside import Seen, seen
from resnet_core.probes.passes import Maps, maps_of
from resnet_core.ui.asking import measured_in_place
from resnet_core.ui.figure import draw_html, show_figure
from resnet_core.ui.inside_choice import (
    BEFORE,
    Chosen,
    choose_run,
    choose_step,
    classes_of,
    network_at,
    samples,
    steps_of,
)
from resnet_core.ui.inside_maps import Layer
from resnet_core.ui.options import Choice, Number, Switch
from resnet_core.ui.page import Page, reading, scaled
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import run_choice, trained_runs
from resnet_core.ui.services import store
from resnet_core.ui.state import adopt, choose, enter, switch

COMPARE = Switch("compare", "Beside it: another run, epoch or picture")
PICTURE = Choice("picture2", "Picture beside it", {"same": "The same", "sample": "Another sample"}, "same")


def show_compare(drawn: Page, chosen: Chosen, found: Seen, layer: Layer) -> None:
    """Draws the switch and, where it is on, both columns.

    Args:
        drawn: the page.
        chosen: what is looked at.
        found: of it.
        layer: that is looked at.
    """
    st.subheader("Compare", anchor=False)
    adopt(COMPARE, PICTURE)
    if not switch(COMPARE):
        return
    other = _other(chosen)
    if other is None:
        return
    sentence = "Looking into the other one."
    beside = measured_in_place("inside/other", sentence, 420, seen, other.which, other.pixels)
    if beside is None:
        return
    maps: Maps | None = None
    if layer.node.name in {node.name for node in walk(other.spec)}:
        maps = measured_in_place(
            "inside/other maps", sentence, 421, maps_of, other.which, other.pixels, layer.node.name
        )
        if maps is None:
            return
    signed = both_signed(layer.maps, maps)
    for number, (place, one, said, values) in enumerate(
        zip(st.columns(2, gap="large"), (chosen, other), (found, beside), (layer.maps, maps), strict=True)
    ):
        with place:
            st.markdown(_words(one, said))
            if values is not None:
                draw_html(maps_html(values, layer.order, layer.channel, drawn.look.theme, signed=signed))
            if said.residuals:
                _meter(drawn, said, number)
    reading(likeness_words(layer.maps, maps, layer.node.name), "compare")


def _other(chosen: Chosen) -> Chosen | None:
    """What stands beside it; by default the same network before training."""
    runs = sorted(trained_runs(store()), key=lambda one: one.run.id != chosen.run_id)
    hands = samples()
    which = replace(run_choice(runs), key="run2", label="Run beside it")
    adopt(which)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-inside-compare"):
        run = choose_run(runs, which)
        steps = steps_of(store(), run)
        default = min(steps) if run.id == chosen.run_id else max(steps)
        step = choose_step("step2", "Epoch beside it", steps, default)
        picture = choose(PICTURE) if hands is not None else "same"
        sample = None
        if picture == "sample" and hands is not None:
            with st.container(width=scaled(160)):
                sample = _sample(hands)
    network = network_at(run, step)
    if network is None:
        return None
    other = replace(
        chosen,
        run=run,
        step=step,
        steps=steps,
        which=network,
        spec=network.spec,
        classes=classes_of(run, hands),
    )
    if sample is None or hands is None:
        return other
    words = f"Test {hands.noun} {sample}"
    return replace(other, pixels=hands.test_x[sample], words=words, label=int(hands.test_y[sample]))


def _sample(hands: HandSigns) -> int:
    option = Number("sample2", f"Test {hands.noun} beside it", 0, 0, len(hands.test_y) - 1)
    adopt(option)
    return int(enter(option))


def _words(one: Chosen, found: Seen) -> str:
    when = one.steps[one.step]
    answer = plain(one.classes[found.label])
    share = written(float(found.probabilities[found.label]))
    untrained = " with random weights" if one.step == BEFORE else ""
    network = f"**{plain(one.run.title)}, {when.lower()}**{untrained}"
    return f"{network}. {plain(one.words)}: it says **{answer}** with {share}."


def _meter(drawn: Page, found: Seen, number: int) -> None:
    metered = [Metered("this picture", found.residuals)]
    show_figure(
        spread_figure(metered, drawn.look, 260),
        f"meter-{'left' if number == 0 else 'right'}",
        describe_meter(metered, "spread"),
        meter_table(metered),
        caption="What each block adds, on the picture of this column.",
    )
