"""The group of all commands."""

from __future__ import annotations

import os

import click

from resnet_core.commands import (
    activations,
    challenges,
    classify,
    data,
    detector,
    explain,
    export,
    gradients,
    network,
    race,
    runs,
    teach,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """ResNet Explainer: describe, train and ask deep residual networks."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's chatter is not a result


for command in (
    network.summary,
    network.source,
    gradients.gradients,
    data.data,
    runs.train,
    race.race,
    runs.runs,
    export.export,
    classify.evaluate,
    classify.classify,
    explain.explain,
    activations.activations,
    teach.teach,
    detector.detector,
    challenges.challenges,
):
    main.add_command(command)
