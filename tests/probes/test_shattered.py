"""Gradients along a line: against a net worked by hand, finite differences, TensorFlow, and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resnet_core.probes.shattered import (
    LAGS,
    POINTS,
    SERIES,
    SPACING,
    Floats,
    Setting,
    Weights,
    along,
    autocorrelation,
    correlations,
    draw,
    gradients,
    line,
    references,
)


def brute_force(signal: Floats, lag: int) -> float:
    """The definition, number by number."""
    mean = sum(signal) / len(signal)
    above = sum((signal[i] - mean) * (signal[i + lag] - mean) for i in range(len(signal) - lag))
    return float(above / sum((one - mean) ** 2 for one in signal))


def kept(width: int, depth: int, seed: int) -> Weights:
    """Weights that can be gone through more than once."""
    entry, matrices, last = draw(width, depth, seed)
    return Weights(entry, list(matrices), last)


def test_a_net_worked_by_hand() -> None:
    """Two units, z0 = (x, -x + 1); W swaps them, W' doubles the first and drops the second; v = (1, 3).

    At x = 2: z0 = (2, -1), relu (2, 0), W: (0, 2), relu, W': (0, 0). Plain y = 0; residual z = z0, y = 2.
    At x = 0.5: z0 = (.5, .5), W: (.5, .5), W': (1, 0). Plain y = 1; slopes: W (-1, 1), W' (-2, 0), so -2.
    Residual with beta = 0.5: z = (1, .5), y = 1 + 1.5, slope (1, -1) + (-1, 0) = (0, -1), so -3.
    """
    weights = Weights(
        np.array([[1.0, -1.0], [0.0, 1.0]]),
        [np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[2.0, 0.0], [0.0, 0.0]])],
        np.array([1.0, 3.0]),
    )
    outputs, slopes = along(np.array([2.0, 0.5]), weights, 0.5, (2,))
    assert outputs[:, 0].tolist() == [[0.0, 1.0], [2.0, 2.5]]
    assert slopes[:, 0].tolist() == [[0.0, -2.0], [1.0, -3.0]]


@pytest.mark.parametrize("beta", [0.0, 0.1, 1.0])
def test_the_gradient_is_that_of_finite_differences(beta: float) -> None:
    """A net of ReLUs is straight between its bends: a short step is exact where no bend lies in it."""
    weights, depths, step = kept(30, 12, 3), (2, 6, 12), 1e-7
    inputs = line()
    before, after = (along(inputs + side * step, weights, beta, depths) for side in (-1, 1))
    slopes = along(inputs, weights, beta, depths)[1]
    straight = np.isclose(before[1], after[1], rtol=1e-9)
    assert straight.mean() > 0.99
    differences = (after[0] - before[0]) / (2 * step)
    assert np.allclose(slopes[straight], differences[straight], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("beta", [0.1, 1.0])
def test_tensorflow_finds_the_same_gradient(beta: float) -> None:
    import tensorflow as tf

    weights, inputs = kept(40, 10, 5), line()
    relu, x = tf.nn.relu, tf.constant(inputs[:, None])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        start = tf.concat([x, tf.ones_like(x)], axis=1) @ weights.entry
        plain = residual = start
        for first, second in zip(weights.matrices[::2], weights.matrices[1::2], strict=True):
            plain = relu(relu(plain) @ first) @ second
            residual = residual + beta * (relu(relu(residual) @ first) @ second)
        outputs = [relu(z) @ weights.last[:, None] for z in (plain, residual)]
    found = along(inputs, weights, beta, (10,))
    for net, output in enumerate(outputs):
        assert np.allclose(found[0][net, 0], output[:, 0], rtol=1e-10, atol=1e-12)
        assert np.allclose(found[1][net, 0], tape.gradient(output, x)[:, 0], rtol=1e-10, atol=1e-12)


def test_a_less_deep_net_is_the_beginning_of_a_deeper_one() -> None:
    setting = Setting(width=20)
    deep = gradients(setting, (2, 6, 10), 4)
    assert np.array_equal(gradients(setting, (6,), 4)[:, 0], deep[:, 1])
    assert not np.array_equal(deep, gradients(setting, (2, 6, 10), 5))
    assert not deep.flags.writeable


def test_a_branch_of_factor_zero_leaves_the_net_as_it_was() -> None:
    found = gradients(Setting(20, 0.0), (2, 8), 1)[1]
    assert np.array_equal(found[0], found[1])


@pytest.mark.parametrize("depths", [(), (0,), (3,), (2, 5), (-2,)])
def test_depths_are_whole_blocks(depths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="positive even"):
        gradients(Setting(8), depths, 1)


def test_the_weights_have_the_variance_that_is_said() -> None:
    weights = kept(200, 4, 7)
    assert np.var(weights.entry) == pytest.approx(1, rel=0.2)
    for matrix in weights.matrices:
        assert np.var(matrix) == pytest.approx(2 / 200, rel=0.05)
    assert len(line()) == POINTS
    assert np.allclose(np.diff(line()), SPACING)
    assert (line()[0], line()[-1]) == (-2, 2)


@given(arrays(np.float64, st.integers(LAGS + 1, 60), elements=st.floats(-1e3, 1e3, width=32)))
def test_the_autocorrelation_is_that_of_its_definition(signal: Floats) -> None:
    found = autocorrelation(signal)
    if np.isnan(found).any():
        assert np.isnan(found).all()
        assert np.ptp(signal) <= 1e-9 * np.abs(signal).max(initial=0)
        return
    assert found[0] == 1
    assert (np.abs(found) <= 1 + 1e-12).all()
    assert np.allclose(found, [brute_force(signal, lag) for lag in range(LAGS + 1)], atol=1e-6)


@given(st.floats(1e-150, 1e150), st.sampled_from([-1.0, 1.0]), st.integers(0, 99))
def test_the_autocorrelation_does_not_depend_on_the_size_or_the_sign(
    size: float, sign: float, seed: int
) -> None:
    signal = np.random.default_rng(seed).standard_normal(64).cumsum()
    assert np.allclose(autocorrelation(sign * size * signal), autocorrelation(signal), atol=1e-9)


def test_the_same_number_everywhere_has_no_autocorrelation() -> None:
    assert np.isnan(autocorrelation(np.full(50, 0.1))).all()
    assert np.isnan(autocorrelation(np.zeros(50))).all()


def test_white_noise_is_a_spike_and_brownian_motion_falls_slowly() -> None:
    brownian, white = np.median(references(), axis=1)
    assert references().shape == (2, SERIES, LAGS + 1)
    assert brownian[0] == white[0] == 1
    assert np.abs(white[1:]).max() < 0.03
    assert (np.diff(brownian) < 0).all()
    assert brownian[1] > 0.95


def test_the_gradient_of_plain_nets_is_shattered_with_depth_and_that_of_residual_ones_far_less() -> None:
    """Over twelve seeds, with margins; a branch that is not made smaller comes between both."""
    depths, seeds = (2, 24, 50), tuple(range(12))
    small, whole = (correlations(Setting(100, beta), depths, seeds)[..., 1] for beta in (0.1, 1.0))
    plain, residual = np.median(small, axis=0)
    assert plain[0] - 0.05 > plain[1] > plain[2]
    assert plain[0] - plain[2] > 0.1
    assert residual.min() > 0.9
    assert residual[0] - residual[2] < 0.3 * (plain[0] - plain[2])
    assert (small[:, 0, 2] < small[:, 1, 2]).sum() >= 10
    unshrunk = np.median(whole, axis=0)[1, 2]
    assert plain[2] < unshrunk < residual[2]
