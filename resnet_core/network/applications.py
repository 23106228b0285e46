"""Weights to and from the ResNets of `keras.applications`, whose layers have other names than ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_core.network.accounting import account
from resnet_core.network.spec import NetworkSpec

if TYPE_CHECKING:
    import keras


def application_names(spec: NetworkSpec) -> dict[str, str]:
    """Their name for each of our layers that has weights, for `resnet50`, `resnet101` and `resnet152`.

    They count the convolutions of a branch from 1 and give the projection the number 0:
    `conv2_block1_branch_conv1` is `conv2_block1_1_conv`, `conv2_block1_shortcut_bn1` is
    `conv2_block1_0_bn`.
    """
    return {layer.name: _theirs(layer.name) for layer in account(spec).layers if layer.parameters}


def _theirs(name: str) -> str:
    if name == "head_dense1":
        return "predictions"
    place, _, last = name.rpartition("_")
    kind, number = last.rstrip("0123456789"), last.lstrip("abcdefghijklmnopqrstuvwxyz")
    if place == "stem":
        return f"conv1_{kind}"
    block, _, part = place.rpartition("_")
    return f"{block}_{'0' if part == 'shortcut' else number}_{kind}"


def copy_from_application(application: keras.Model, model: keras.Model, spec: NetworkSpec) -> None:
    """Copy the weights of a `keras.applications` ResNet into ours.

    Args:
        application: for instance `keras.applications.ResNet50(weights=None)`.
        model: built by `keras_model(spec)`.
        spec: `resnet50`, `resnet101` or `resnet152`, for the same classes.

    Raises:
        ValueError: the two differ in a layer or a shape.
    """
    for ours, theirs in application_names(spec).items():
        model.get_layer(ours).set_weights(application.get_layer(theirs).get_weights())


def copy_to_application(model: keras.Model, application: keras.Model, spec: NetworkSpec) -> None:
    """Copy our weights into a `keras.applications` ResNet; the inverse of `copy_from_application`."""
    for ours, theirs in application_names(spec).items():
        application.get_layer(theirs).set_weights(model.get_layer(ours).get_weights())
