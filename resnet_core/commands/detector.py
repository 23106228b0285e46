"""``detector``: the optional networks that find hands in pictures."""

from __future__ import annotations

from typing import Any

import click

from resnet_core.commands.output import json_option, one_sentence, say
from resnet_core.hands.detector import available
from resnet_core.hands.detectorfiles import detector_folder, fetched
from resnet_core.hands.detectorfiles import fetch as fetch_files


@click.group()
def detector() -> None:
    """Find hands by themselves: the optional networks for it."""


@detector.command()
@json_option
@one_sentence
def check(as_json: bool) -> None:
    """Say whether hands can be found by themselves here."""
    _tell(as_json)


@detector.command()
@json_option
@one_sentence
def fetch(as_json: bool) -> None:
    """Fetch the two networks, once; everything else works without them."""
    if not fetched():
        fetch_files()
    _tell(as_json)


def _tell(as_json: bool) -> None:
    values: dict[str, Any] = {
        "available": available(),
        "fetched": fetched(),
        "folder": str(detector_folder()),
    }
    if values["available"]:
        line = f"Hands are found by themselves, with the two networks in {values['folder']}."
    elif values["fetched"]:
        line = "The networks are there, but not their interpreter, the package ai-edge-litert."
    else:
        line = "The networks that find hands are not here; python -m resnet_core detector fetch gets them."
    say(as_json, values, line)
