"""The start page: the question of the whole app, a first true picture, ways in, and how things stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import streamlit as st

from resnet_core.figures.diagram import networks_svg
from resnet_core.figures.outline import outline, shortcut_of
from resnet_core.figures.table import Columns
from resnet_core.figures.text import large, percent, plural
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError
from resnet_core.network.accounting import Account, account
from resnet_core.network.catalogue import network
from resnet_core.network.parts import depth
from resnet_core.ui.figure import draw_html, show_svg
from resnet_core.ui.hand_set import rendered_words
from resnet_core.ui.method import how_measured
from resnet_core.ui.navigation import link
from resnet_core.ui.page import Page, footer, page, reading, source_line
from resnet_core.ui.plain import plain as escaped
from resnet_core.ui.run_view import run_tags
from resnet_core.ui.services import engine, store

QUESTION = "Why do very deep networks train once you add x back?"
PLAIN, RESIDUAL = "plain50", "resnet50"
# He et al. 2015, Table 2: top-1 error in percent, 10-crop, shortcuts without extra parameters (option A).
PLAIN_34, RESNET_34 = "28.54", "25.03"
SOURCE = (
    "He, Zhang, Ren and Sun 2015, *Deep residual learning for image recognition*, arXiv 1512.03385: section "
    "3 for the argument, Table 2 for the error, which is top-1 on the ImageNet validation set (10-crop) of "
    f"plain-34, {PLAIN_34} %, and of ResNet-34 with shortcuts without parameters, {RESNET_34} %."
)
METHOD = (
    "Both networks are described once, for pictures of 64×64 pixels and six classes, and counted from the "
    "description without being run. Multiply-adds are those of convolutions and dense layers for one "
    "picture, as in He et al. 2015, Table 1; parameters include those that batch norm keeps but does not "
    "train."
)


@dataclass(frozen=True)
class Standing:
    """How one thing stands: whether it is as it should be, a sentence, and the way to mend or see it.

    `tag` is the HTML of a tag from `resnet_core.ui.notices`, or "".
    """

    good: bool
    sentence: str
    page: str = ""
    label: str = ""
    tag: str = ""


def show() -> None:
    """Draws the page."""
    drawn = page(QUESTION)
    plain, residual = account(network(PLAIN)), account(network(RESIDUAL))
    drawn.answer(answer(plain, residual))
    picture(drawn, plain, residual)
    reading(what_it_shows(plain, residual))
    three_ways()
    how_things_stand()
    how_measured(METHOD, code=account)
    source_line(SOURCE)
    footer()


def answer(plain: Account, residual: Account) -> str:
    """Returns the sentence that answers the question, with the numbers that this page counted."""
    more = (residual.parameters - plain.parameters) / plain.parameters
    return (
        "Because, He et al. argue, each block then only learns what to change in x: their 34 layers went "
        f"**from {PLAIN_34} % to {RESNET_34} % error**, and here "
        f"{depth(residual.layers)} layers cost **{percent(more)}** more parameters."
    )


def picture(drawn: Page, plain: Account, residual: Account) -> None:
    """Draws the two networks in line, block by block."""
    specs, scale = (network(PLAIN), network(RESIDUAL)), drawn.look.scale
    show_svg(
        networks_svg(specs, scale=scale),
        key="plain-50-and-resnet-50",
        alt=" ".join(outline(spec, fold=True).description for spec in specs),
        data=table(plain, residual),
        narrow=networks_svg(specs, direction="down", scale=scale),
        caption="Each bar is a layer with weights, longer for more channels (logarithmic). ⊕ adds x back; "
        "1×1 marks a projection shortcut.",
    )


def table(*networks: Account) -> Columns:
    """Returns what the picture shows, a row for each part of each network."""
    rows = [
        (counted.name, part.name, "×".join(map(str, part.output_shape)), part.parameters, part.multiply_adds)
        for counted in networks
        for part in (counted.stem, *counted.stages, counted.head)
    ]
    names = ("network", "part", "output_shape", "parameters", "multiply_adds")
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def what_it_shows(plain: Account, residual: Account) -> str:
    """Returns the reading of the picture, made from its numbers."""
    spec = network(RESIDUAL)
    kinds = Counter(shortcut_of(block) for stage in spec.stages for block in stage.blocks)
    added, cost = residual.parameters - plain.parameters, residual.multiply_adds - plain.multiply_adds
    return (
        f"The two differ only in the arcs. {plural(kinds['identity'], 'arc')} carry x past a block unchanged "
        f"and add nothing to learn; {kinds['projection']} change its shape with a 1×1 convolution, which "
        f"makes {large(added)} parameters and {percent(cost / plain.multiply_adds)} multiply-adds more."
    )


def three_ways() -> None:
    """Draws the ways in: show it to a class, learn it alone, play."""
    st.header("Three ways in", anchor=False)
    show_it, learn_it, play = st.columns(3, gap="medium")
    with show_it:
        st.markdown(
            "**Show it to a class.** Presenter size makes everything 1.4 times as large, and each address "
            "brings its picture back on every screen."
        )
        link(
            "train", "Train fifty layers while they watch", {"size": "presenter"}, ":material/arrow_forward:"
        )
    with learn_it:
        st.markdown(learn_it_alone())
        link("data", "Look at the hands", icon=":material/arrow_forward:")
    with play:
        st.markdown("**Play.** Hold up a hand and see what a network that you trained makes of it.")
        link("classify", "Show it your hand", icon=":material/arrow_forward:")


def how_things_stand() -> None:
    """Draws how data, engine and runs stand; looks again while the engine is starting."""
    st.header("How things stand", anchor=False)
    ready = engine().state().ready
    st.fragment(standings, run_every=None if ready else 1.0)()


def standings() -> None:
    """Draws one line for each thing that the other pages need."""
    for column, standing in zip(st.columns(3, gap="medium"), (data(), working(), runs()), strict=True):
        with column:
            st.markdown(f"{'✓' if standing.good else '○'} {standing.sentence}")
            if standing.tag:
                draw_html(standing.tag)
            if standing.page:
                link(standing.page, standing.label, icon=":material/arrow_forward:")


def learn_it_alone() -> str:
    """Returns the way in through the hands that are here."""
    if sets.default_name() == "signs":
        return (
            "**Learn it alone.** Begin with the photographs: six hand signs, and a surprise in how they were "
            "split."
        )
    return "**Learn it alone.** Begin with the hands: six signs, drawn by a program and ready to be learned."


def data() -> Standing:
    """Tells which hands are there."""
    if sets.default_name() == "signs":
        return Standing(True, "The SIGNS photographs are here.", "data", "See them")
    try:
        hands = sets.load("rendered")
    except HandsError as refusal:
        return Standing(False, escaped(str(refusal)), "data", "See what can be done")
    count = len(hands.train_y) + len(hands.test_y)
    sentence = (
        f"{plural(count, 'hand')} that a program drew stand in for the SIGNS photographs, which are not on "
        "this machine yet."
    )
    return Standing(True, sentence, "data", "See them", rendered_words(True))


def working() -> Standing:
    """Tells whether the engine takes work."""
    state = engine().state()
    return Standing(state.ready, state.sentence)


def runs() -> Standing:
    """Tells how many runs there are, and how many are under way."""
    everything = store().runs()
    found = [run for run in everything if not run.recorded]
    if not found:
        sentence = "No network has been trained here yet."
        if not everything:
            return Standing(False, sentence, "train", "Train the first")
        brings = "one that was" if len(everything) == 1 else f"{len(everything)} that were"
        sentence += f" The app brings {brings} trained elsewhere."
        return Standing(True, sentence, "train", "Train the first", "".join(run_tags(everything[0])))
    states = Counter(run.status for run in found)
    parts = ", ".join(f"{count} {status}" for status, count in sorted(states.items()))
    return Standing(True, f"{plural(len(found), 'run')}: {parts}.", "runs", "See the runs")


show()
