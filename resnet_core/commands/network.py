"""``summary`` and ``source``: a network of the catalogue or a stacked block, without TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from resnet_core.commands.output import json_option, one_sentence, say
from resnet_core.commands.own import architecture, own_options
from resnet_core.network.accounting import Account, account
from resnet_core.network.source import source as source_of


def _network_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.argument("name", required=False),
        own_options,
        click.option("--size", default=64, show_default=True, help="Pixels on each side of the input."),
        click.option("--classes", default=6, show_default=True, help="Number of classes."),
        click.option("--width", default=1.0, show_default=True, help="Multiplier of every filter count."),
    ):
        command = option(command)
    return command


@click.command()
@_network_options
@json_option
@one_sentence
def summary(size: int, classes: int, as_json: bool, **meant: Any) -> None:
    """Shapes, parameters, multiply-adds and receptive field of the network NAME or of --block, by stage."""
    spec = architecture(**meant).spec(size=size, classes=classes)
    cost = account(spec)
    values = {
        "name": spec.name,
        "title": spec.title,
        "input_shape": list(spec.input_shape),
        "parameters": cost.parameters,
        "trainable": cost.trainable,
        "multiply_adds": cost.multiply_adds,
        "stages": [
            {
                "name": stage.name,
                "blocks": len(stage.blocks),
                "output_shape": list(stage.output_shape),
                "parameters": stage.parameters,
                "multiply_adds": stage.multiply_adds,
                "receptive_field": stage.receptive_field,
            }
            for stage in cost.stages
        ],
    }
    say(as_json, values, _table(spec.title, cost))


def _table(title: str, cost: Account) -> str:
    lines = [
        title,
        f"{'stage':<8}{'blocks':>7}{'output':>16}{'parameters':>14}{'multiply-adds':>16}{'field':>7}",
    ]
    for stage in cost.stages:
        shape = " x ".join(map(str, stage.output_shape))
        lines.append(
            f"{stage.name:<8}{len(stage.blocks):>7}{shape:>16}{stage.parameters:>14,}"
            f"{stage.multiply_adds:>16,}{stage.receptive_field:>7}"
        )
    lines.append(
        f"{cost.parameters:,} parameters, {cost.trainable:,} of them trainable; "
        f"{cost.multiply_adds:,} multiply-adds (convolutions and the dense layer)"
    )
    return "\n".join(lines)


@click.command()
@_network_options
@json_option
@one_sentence
def source(size: int, classes: int, as_json: bool, **meant: Any) -> None:
    """Plain Keras source that builds the network NAME or the stacked --block; it runs as it stands."""
    spec = architecture(**meant).spec(size=size, classes=classes)
    text = source_of(spec)
    say(as_json, {"name": spec.name, "source": text}, text)
