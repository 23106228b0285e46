"""The group of all commands."""

from __future__ import annotations

import os

import click

from resnet_core.commands import challenges, classify, data, detector, export, gradients, network, runs, teach


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """ResNet Explainer: describe, train and ask deep residual networks."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's chatter is not a result


for command in (network.summary, network.source, gradients.gradients, data.data, runs.train, runs.runs):
    main.add_command(command)
for command in (classify.evaluate, classify.classify, teach.teach, detector.detector, challenges.challenges):
    main.add_command(command)
main.add_command(export.export)
