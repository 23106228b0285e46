"""Transfer learning: with which weights a run begins, which layers learn, and how fast below the head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from resnet_core.network.accounting import account
from resnet_core.network.graph import walk
from resnet_core.network.imagenet import fixed_layers, prepared
from resnet_core.network.spec import Dense, NetworkSpec
from resnet_core.network.weights import Weights, set_weights, weights_of
from resnet_core.training.settings import RunSettings, SettingsError
from resnet_core.training.weights_files import called, content_of
from resnet_core.training.weights_in import Imported, read_any

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Beginning:
    """How a run begins that does not draw all its weights.

    Attributes:
        weights: by `layer/variable`, for the network of the run; what is missing is drawn.
        frozen: layers that never change. Their batch norm keeps its moving averages and uses them in
            training too, as Keras does where `trainable=False`.
        rate_below_head: factor on the learning rate of all layers but the last dense one, up to 1.
        head: the last dense layer.
    """

    weights: Weights
    frozen: frozenset[str] = frozenset()
    rate_below_head: float = 1.0
    head: str = ""

    def apply(self, model: keras.Model) -> None:
        """Give the model the weights, and say to Keras which layers do not learn."""
        set_weights(model, weights_of(model) | self.weights)
        for layer in model.layers:
            if layer.name in self.frozen:
                layer.trainable = False

    def below_head(self, model: keras.Model) -> list[keras.Variable]:
        """The variables that learn more slowly; none where all learn alike."""
        if self.rate_below_head == 1:
            return []
        return [
            variable
            for layer in model.layers
            if layer.name != self.head
            for variable in layer.trainable_variables
        ]


@dataclass(frozen=True)
class Fit:
    """How a file of weights fits a network.

    Attributes:
        title: whose names of layers the file has.
        taken: layers whose weights are taken.
        replaced: layers that are drawn anew, as a rule the head, because the file has other classes or none.
    """

    title: str
    taken: int
    replaced: tuple[str, ...] = ()


def beginning_of(settings: RunSettings, spec: NetworkSpec, *, read: bool = True) -> Beginning | None:
    """How a run of these settings begins; None where all its weights are drawn and all learn alike.

    Args:
        settings: of the run.
        spec: the network that it trains.
        read: whether the file is read; a run that goes on has its weights already.

    Raises:
        WeightsError: the file is not here, or not of this network.
        SettingsError: more stages are to be frozen than there are.
    """
    if not settings.weights:
        return None
    classes = account(spec).output_shape[-1]
    weights = _imported(settings, classes).weights if read else {}
    frozen = frozenset(_frozen(spec, settings.frozen_stages)) | fixed_layers(spec)
    if settings.imagenet_pixels and read:
        weights = prepared(weights, _as_in_the_file(settings, classes))
    return Beginning(weights, frozen, settings.rate_below_head, _head(spec))


def fit(settings: RunSettings, classes: int) -> Fit:
    """Compare the file of weights that the settings name with their network.

    Raises:
        ValueError: as in `beginning_of`.
    """
    found = _imported(settings, classes)
    spec = settings.spec(size=settings.side, classes=classes)
    list(_frozen(spec, settings.frozen_stages))
    if settings.imagenet_pixels:
        prepared(found.weights, _as_in_the_file(settings, classes))
    layers = {name.split("/")[0] for name in found.weights}
    return Fit(found.title, len(layers), tuple(sorted({name.split("/")[0] for name in found.replaced})))


def _imported(settings: RunSettings, classes: int) -> Imported:
    spec, name = _as_in_the_file(settings, classes), called(settings.weights)
    return read_any(content_of(settings.weights), spec, name=name, new_head=True)


def _as_in_the_file(settings: RunSettings, classes: int) -> NetworkSpec:
    """The network without the layer that prepares ImageNet's pixels, which no file has."""
    return replace(settings, imagenet_pixels=False).spec(size=settings.side, classes=classes)


def _frozen(spec: NetworkSpec, stages: int) -> Iterator[str]:
    """The layers of the first stages, counted as in He et al. 2015, Table 1: the stem is conv1."""
    if stages > len(spec.stages) + 1:
        raise SettingsError(
            f"frozen_stages must be at most {len(spec.stages) + 1}, the stages of this network, "
            f"but {stages} came."
        )
    number = {stage.name: at for at, stage in enumerate(spec.stages, start=2)}
    for node in walk(spec):
        at = 1 if node.part == "stem" else number.get(node.stage or "", len(number) + 2)
        if at <= stages:
            yield node.name


def _head(spec: NetworkSpec) -> str:
    return next((node.name for node in reversed(walk(spec)) if isinstance(node.layer, Dense)), "")
