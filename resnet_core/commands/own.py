"""The options of commands by which a block of one's own is stacked in place of a network of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from resnet_core.network import plantext
from resnet_core.network.architecture import OWN, Architecture, own
from resnet_core.network.stacking import STEMS, StagePlan

_REPEATS = plantext.write_row(StagePlan().repeats, ",")


def own_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--block` and the plan of its stages to a command."""
    for option in reversed(
        (
            click.option("--block", default="", help="A block of your own, as the block builder writes it."),
            click.option("--repeats", default=_REPEATS, show_default=True, help="Blocks in each stage."),
            click.option("--widths", default="", help="Factor on its filters in each stage; else 1,2,4,..."),
            click.option(
                "--strides", default="", help="Stride of the first block of each stage; else 1,2,2,..."
            ),
            click.option("--stem", default=STEMS[0], show_default=True, type=click.Choice(STEMS)),
        )
    ):
        command = option(command)
    return command


def architecture(name: str | None, width: float, block: str, **plan: str) -> Architecture:
    """The network that the options of a command mean.

    Args:
        name: in the catalogue; `OWN` or None with a block.
        width: factor on every number of filters.
        block: the text of a block, or "".
        **plan: repeats, widths, strides and stem, as `plantext.plan_of` takes them.

    Raises:
        ValueError: neither or both were named, or a text cannot be read.
    """
    if not block:
        if not name or name == OWN:
            raise ValueError("Expected the name of a network, or a block with --block.")
        return Architecture(name, width)
    if name and name != OWN:
        raise ValueError(f"Expected the name of a network or a block, but both came: {name!r} and --block.")
    return own(block, plantext.write(plantext.plan_of(**plan)), width)
