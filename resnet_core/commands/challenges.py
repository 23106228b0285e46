"""``challenges check``: whether a file of challenges can be read, and each of them be solved."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from resnet_core.challenges.challenge import faults
from resnet_core.challenges.text import SHIPPED, load
from resnet_core.commands.output import json_option, one_sentence, progress, say


@click.group()
def challenges() -> None:
    """Look at the challenges of the block builder."""


@challenges.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@json_option
@one_sentence
def check(file: Path | None, as_json: bool) -> None:
    """Check FILE, by default the challenges that ship; RESNET_CHALLENGES names the file the app adds."""
    found = load(file or SHIPPED)
    wrong = [fault for challenge in found for fault in faults(challenge)]
    values = {"challenges": [challenge.name for challenge in found], "faults": wrong}
    lines = [f"{number:>2}. {one.name}: {one.title}" for number, one in enumerate(found, start=1)]
    say(as_json, values, "\n".join(lines))
    for fault in wrong:
        progress(fault)
    if wrong:
        sys.exit(1)
