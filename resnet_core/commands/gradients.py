"""``gradients``: the gradient at every depth of two networks, before training."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import click

from resnet_core.commands.data import WHICH
from resnet_core.commands.output import json_option, one_sentence, progress, say
from resnet_core.figures.gradient_flow import TITLES
from resnet_core.figures.gradient_words import Facts, corner_words, facts, verdict
from resnet_core.hands import sets
from resnet_core.network import blocktext
from resnet_core.probes.gradient_setting import (
    BRANCHES,
    FUNCTIONS,
    INITIALIZERS,
    KINDS,
    OPTIONS,
    SHORTCUTS,
    Setting,
)
from resnet_core.probes.gradients import Profile

INITIALISATIONS = {"he": "he_normal", "glorot": "glorot_uniform", "orthogonal": "orthogonal"}
assert set(INITIALISATIONS.values()) == set(INITIALIZERS)


@click.command()
@click.option("--pair", default="plain,residual", show_default=True, help=f"Any of {', '.join(KINDS)}.")
@click.option("--depth", default=56, show_default=True, help="Layers, 6n+2, from 8 to 110.")
@click.option("--batch-norm", default="off", show_default=True, type=click.Choice(["on", "off"]))
@click.option("--init", default="glorot", show_default=True, type=click.Choice(list(INITIALISATIONS)))
@click.option("--zero-init", is_flag=True, help="The last layer of every branch starts at zero.")
@click.option("--branch", default="one", show_default=True, type=click.Choice(BRANCHES))
@click.option("--shortcut", default="identity", show_default=True, type=click.Choice(SHORTCUTS))
@click.option("--value", default=1.0, show_default=True, help="On a scaled shortcut; bias of a gated one.")
@click.option("--option", default="A", show_default=True, type=click.Choice(OPTIONS))
@click.option("--activation", default="relu", show_default=True, type=click.Choice(FUNCTIONS))
@click.option("--width", default=1.0, show_default=True, help="Multiplier of 16, 32 and 64 filters.")
@click.option("--block", default="", help="The own block, as the block builder writes it.")
@click.option("--seed", default=1, show_default=True, help="The first.")
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(1, 5), help="How many.")
@click.option("--pictures", default=64, show_default=True, help="Test pictures, 2 to 64.")
@click.option("--side", default=64, show_default=True, help="Their height and width, 16 to 64.")
@click.option("--centred", is_flag=True, help="Subtract the mean colour of the pictures.")
@click.option("--data", type=click.Choice(sets.NAMES), help=WHICH)
@json_option
@one_sentence
def gradients(pair: str, seeds: int, data: str | None, as_json: bool, **chosen: Any) -> None:
    """How large the gradient is at every depth of two networks at initialisation, as measured here."""
    from resnet_core.probes.gradients import profile

    asked = _settings(pair, seeds, chosen)
    hands = sets.load(data or sets.default_name())
    measured: list[list[Profile]] = []
    for settings in asked:
        measured.append([])
        for setting in settings:
            progress(f"{TITLES[setting.kind]}, {setting.depth} layers, seed {setting.seed}")
            measured[-1].append(profile(setting, hands.test_x, hands.test_y))
    known = [facts(profiles) for profiles in measured]
    values = {
        "data": {"name": hands.name, "digest": hands.digest, "split": "test"},
        "networks": [
            {"kind": one.kind, "medians": asdict(one), "profiles": [asdict(each) for each in profiles]}
            for one, profiles in zip(known, measured, strict=True)
        ],
    }
    say(as_json, values, _table(known, asked[0][0], seeds))


def _settings(pair: str, seeds: int, chosen: dict[str, Any]) -> list[list[Setting]]:
    kinds = [name.strip() for name in pair.split(",")]
    block, seed = chosen.pop("block"), chosen.pop("seed")
    own = blocktext.write(*blocktext.read(block)) if block else ""
    chosen["batch_norm"] = chosen["batch_norm"] == "on"
    chosen["initializer"] = INITIALISATIONS[chosen.pop("init")]
    first = [Setting(kind, block=own if kind == "own" else "", **chosen) for kind in kinds]
    return [[replace(one, seed=seed + number) for number in range(seeds)] for one in first]


def _table(known: list[Facts], setting: Setting, seeds: int) -> str:
    lines = [
        f"{setting.depth} layers, {corner_words(setting)}, {setting.pictures} pictures of {setting.side} x "
        f"{setting.side}, median of {seeds}; first/last: behind the stem over behind the last block but one",
        f"{'network':<18}{'loss':>10}{'dL/dx first/last':>18}{'dL/dW 2nd/last':>16}{'std first, last':>22}",
    ]
    for one in known:
        lines.append(
            f"{one.name:<18}{one.loss:>10.3g}{one.reaching:>18.3g}{one.kernels:>16.3g}"
            f"{one.first:>12.3g}{one.last:>10.3g}  {verdict(one.reaching)}"
        )
    return "\n".join(lines)
