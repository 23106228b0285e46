"""The panel of the learning rate lies under the curves, on their axis, and takes nothing of their size."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_core.figures.base import Look
from resnet_core.figures.curves import Curve, curve_figure
from resnet_core.figures.gradient_blocks import blocks_figure, blocks_reading, describe_blocks, short
from resnet_core.figures.rate import describe_rate
from resnet_core.network.depth import weight_layers
from resnet_core.training.gradient_norms import GradientNorms
from resnet_core.training.settings import RunSettings

STEPS = np.arange(1, 1001)
RATE = 1e-3 * np.sin(STEPS / 1000 * np.pi)


@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_the_curves_keep_their_size_and_the_panel_shows_the_rate(scale: float) -> None:
    curve = Curve("test", "residual", "test", [1, 2], [0.5, 0.6])
    look = Look(scale=scale)
    bare = curve_figure([curve], look, quantity="accuracy", progress="step", end=1000)
    both = curve_figure([curve], look, quantity="accuracy", progress="step", end=1000, rate=(STEPS, RATE))

    def pixels(figure: object, axis: str) -> float:
        layout = figure.layout  # type: ignore[attr-defined]
        inner = layout.height - layout.margin.t - layout.margin.b
        low, high = layout[axis].domain or (0, 1)
        return float((high - low) * inner)

    assert pixels(both, "yaxis") == pytest.approx(pixels(bare, "yaxis"))
    assert pixels(both, "yaxis2") == pytest.approx(64 * scale)
    drawn = both.data[-1]
    assert (drawn.yaxis, drawn.xaxis) == ("y2", None)
    at = np.array(drawn.x, int) - 1
    assert np.array_equal(np.array(drawn.y), RATE[at])
    assert (drawn.x[0], drawn.x[-1]) == (1, 1000)
    assert len(drawn.x) <= 401
    assert both.layout.yaxis2.range[1] > RATE.max()
    assert both.layout.yaxis2.ticktext == ("0", "0.0010")


def test_a_run_without_steps_has_an_empty_panel() -> None:
    figure = curve_figure([], Look(), quantity="loss", rate=([], []))
    assert len(figure.data[-1].x) == 0
    assert describe_rate([]) == ""
    assert "0.00100 at most" in describe_rate(RATE)
    with pytest.raises(ValueError, match="two columns"):
        curve_figure([], Look(), quantity="loss", rate=([1], []))


def test_blocks_are_drawn_as_the_root_of_the_sum_of_squares_of_their_kernels() -> None:
    layers = weight_layers(RunSettings("resnet50").spec())
    norms = np.exp(np.random.default_rng(3).normal(0, 2, (5, len(layers)))).astype(np.float32)
    kept = GradientNorms(layers, np.array([1, 5, 9, 13, 17]), norms)
    drawn = blocks_figure(kept, Look(), 40).data[0]
    of_block = [at for at, layer in enumerate(layers) if layer.name.startswith("conv3_block2_")]
    assert len(of_block) == 3
    assert drawn.z[5] == pytest.approx(np.log10(np.sqrt((norms[:, of_block] ** 2).sum(1))), abs=1e-4)
    assert drawn.customdata[5][0] == "conv3_block2"
    assert len(drawn.z) == 18
    assert "At step 17" in blocks_reading(kept)
    assert "18 blocks over 5 kept steps, up to step 17" in describe_blocks(kept)
    nothing = GradientNorms(layers, np.empty(0, int), np.empty((0, len(layers)), np.float32))
    assert "no steps yet" in describe_blocks(nothing)
    assert blocks_figure(nothing, Look(), 40).data[0].type == "scatter"


@pytest.mark.parametrize(("name", "expected"), [("conv2_block1", "2.1"), ("stem", "stem"), ("head", "head")])
def test_blocks_have_short_names(name: str, expected: str) -> None:
    assert short(name) == expected
