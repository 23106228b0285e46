"""The gradient profile, against Keras' own model, finite differences, and a network worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_core.hands.rendered import load_rendered
from resnet_core.network.depth import layer_numbers
from resnet_core.network.graph import INPUT, walk
from resnet_core.network.layers import GlobalAveragePool
from resnet_core.network.model import keras_model, without_softmax
from resnet_core.network.spec import BlockSpec, Conv, Dense, NetworkSpec, Scale, StageSpec
from resnet_core.probes import gradients
from resnet_core.probes.gradient_setting import Setting, pieces, spec_of, zeroed
from resnet_core.probes.gradients import line, profile, ratio
from resnet_core.probes.passing import Layers
from resnet_core.probes.question import Start

RNG = np.random.default_rng(3)
X = RNG.integers(0, 256, (4, 16, 16, 3)).astype(np.uint8)
Y = np.array([0, 5, 2, 2])
OWN = "8x8x8~3x3-8_bn_relu_3x3-8_bn~id~relu"


def small(kind: str = "residual", **more: object) -> Setting:
    return Setting(kind, 8, **{"width": 0.25, "pictures": 4, "side": 16, "seed": 3, **more})  # type: ignore[arg-type]


SETTINGS = [
    small("plain", batch_norm=False, initializer="glorot_uniform"),
    small("plain"),
    small("residual"),
    small("residual", option="B", shortcut="gated", value=-1.0),
    small("residual", batch_norm=False, shortcut="scaled", value=0.5, initializer="orthogonal"),
    small("preactivation", activation="tanh"),
    small("preactivation", option="B"),
    small("scaled", batch_norm=False),
    small("own", block=OWN),
    small("plain", batch_norm=False, centred=True),
    small("own", block=OWN, batch_norm=False),
]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: repr(setting)[:60])
def test_it_is_what_a_keras_model_and_one_tape_say(setting: Setting) -> None:
    import keras
    import tensorflow as tf

    found = profile(setting, X, Y)
    model = keras_model(spec_of(setting), seed=setting.seed, initializer=setting.initializer, logits=True)
    names = [part[-1].name for part in pieces(spec_of(setting))[:-1]]
    both = keras.Model(model.input, [*(model.get_layer(name).output for name in names), model.output])
    with tf.GradientTape() as tape:
        x = X / 255 - (X / 255).mean((0, 1, 2)) * setting.centred
        *points, logits = both(tf.constant(x, tf.float32), training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(Y, logits))
    kernels = [model.get_layer(one.name).kernel.value for one in found.kernels]
    slopes = [np.linalg.norm(one.numpy()) for one in tape.gradient(loss, [*points, *kernels])]
    assert found.loss == pytest.approx(float(loss), rel=1e-4)
    assert found.gradients == pytest.approx(slopes[: len(points)], rel=2e-3)
    assert [one.gradient for one in found.kernels] == pytest.approx(slopes[len(points) :], rel=2e-3)
    assert found.spreads == pytest.approx([one.numpy().std() for one in points], rel=1e-3)
    assert found.layers[-1] == setting.depth - 1 == max(one.layer for one in found.kernels) - 1


@pytest.mark.parametrize("kind", ["plain", "residual", "preactivation"])
def test_it_is_what_finite_differences_say(kind: str) -> None:
    """Of every weight of one kernel, and of every value that leaves the last block, in 64-bit floats."""
    import tensorflow as tf

    setting = small(kind, pictures=2, activation="softplus")
    found = profile(setting, X, Y, "float64")
    nodes = without_softmax(walk(spec_of(setting)))
    layers = Layers(Start(3), batch=True, dtype="float64")
    start = tf.constant(X[:2] / 255, "float64")

    def loss(tensors: dict[str, object]) -> float:
        logits = layers.run(nodes, tensors)
        return float(tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(Y[:2], logits)))

    tensors: dict[str, object] = {INPUT: start}
    assert loss(tensors) == pytest.approx(found.loss, rel=1e-12)
    name = "conv2_block1_branch_conv2"
    kernel = layers.kernel(name)
    values = kernel.numpy()
    assert _length(values, lambda moved: (kernel.assign(moved), loss({INPUT: start}))[1]) == pytest.approx(
        next(one.gradient for one in found.kernels if one.name == name), rel=1e-4
    )
    kernel.assign(values)
    last = pieces(spec_of(setting))[-2][-1].name
    after = {node.name for node in nodes if node.part == "head"}
    before = {key: value for key, value in tensors.items() if key not in after}
    there = np.asarray(before[last])
    slope = _length(there, lambda moved: loss({**before, last: tf.constant(moved)}))
    assert slope == pytest.approx(found.gradients[-1], rel=1e-4)


def _length(values: np.ndarray, loss: object, step: float = 1e-5) -> float:
    assert callable(loss)
    slopes = np.zeros(values.shape)
    for at in np.ndindex(values.shape):
        moved = [values.copy(), values.copy()]
        moved[0][at] += step
        moved[1][at] -= step
        slopes[at] = (loss(moved[0]) - loss(moved[1])) / (2 * step)
    return float(np.linalg.norm(slopes))


@pytest.mark.parametrize(("shortcut", "factor"), [((), 4.0), (None, 3.0)])
@pytest.mark.parametrize("kept", [True, False])
def test_two_blocks_worked_by_hand(shortcut: tuple[()] | None, factor: float, kept: bool) -> None:
    """F(x) = 3 x: each block passes 4 times as much back with its shortcut, and 3 times without."""
    import tensorflow as tf

    blocks = (BlockSpec((Scale(3.0),), shortcut),) * 2
    spec = NetworkSpec(
        "by_hand", "By hand", (2, 2, 3), (Conv(2, 1, use_bias=False),), (StageSpec("conv2", blocks),),
        (GlobalAveragePool(), Dense(6)),
    )  # fmt: skip
    layers = Layers(Start(1), batch=True, dtype="float64")
    x = RNG.random((2, 2, 2, 3))
    loss, points, kernels = gradients._there_and_back(layers, pieces(spec), tf.constant(x), Y[:2], kept)
    stem, dense = layers.kernel("stem_conv1").numpy()[0, 0], layers.kernel("head_dense1").numpy()
    entering = x @ stem
    logits = factor**2 * entering.mean((1, 2)) @ dense
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert loss == pytest.approx(-np.log(shares[[0, 1], Y[:2]]).mean())
    wrong = (shares - np.eye(6)[Y[:2]]) / 2
    at_the_end = np.linalg.norm((wrong @ dense.T)[:, None, None] / 4 * np.ones((2, 2, 2, 2)))
    assert [norm for norm, _ in points] == pytest.approx(
        [factor**2 * at_the_end, factor * at_the_end, at_the_end]
    )
    assert [spread for _, spread in points] == pytest.approx(
        [entering.std(), factor * entering.std(), factor**2 * entering.std()]
    )
    pooled = factor**2 * entering.mean((1, 2))
    assert kernels["head_dense1"] == pytest.approx(np.linalg.norm(pooled.T @ wrong))
    slope = np.einsum("nhwc,nd->cd", x, factor**2 * (wrong @ dense.T) / 4)
    assert kernels["stem_conv1"] == pytest.approx(np.linalg.norm(slope))


def test_what_is_not_kept_is_passed_again_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = profile(small(), X, Y, "float64")
    monkeypatch.setattr(gradients, "KEPT_VALUES", 0)
    again = profile(small(), X, Y, "float64")
    assert again.gradients == pytest.approx(kept.gradients, rel=1e-9)
    assert again.spreads == pytest.approx(kept.spreads, rel=1e-9)


@pytest.mark.parametrize(
    "more", [{"zero_init": True}, {"zero_init": True, "batch_norm": False}, {"branch": "zero"}]
)
@pytest.mark.parametrize("kind", ["residual", "preactivation"])
def test_a_branch_that_starts_at_zero_brings_nothing_forward_or_back(
    kind: str, more: dict[str, object]
) -> None:
    setting = small(kind, **more)
    found = profile(setting, X, Y)
    inner = [one.gradient for one in found.kernels if one.name.endswith("branch_conv1")]
    assert len(inner) == setting.blocks
    assert set(inner) == {0.0}
    assert found.loss == pytest.approx(np.log(6), abs=1.5)
    if kind == "residual":  # behind its ReLU x is not negative, so a block passes it on as it is
        assert found.spreads[0] == found.spreads[1]
        assert found.gradients[0] == pytest.approx(found.gradients[1])


def test_only_convolutions_that_end_a_branch_start_at_zero() -> None:
    setting = small(zero_init=True, batch_norm=False)
    names = zeroed(setting, walk(spec_of(setting)))
    assert names == {f"conv{stage}_block1_branch_conv2" for stage in (2, 3, 4)}
    with_norm = small(zero_init=True)
    assert zeroed(with_norm, walk(spec_of(with_norm))) == frozenset()
    assert zeroed(small("plain", zero_init=True), walk(spec_of(small("plain")))) == frozenset()


def test_layers_are_counted_as_the_paper_counts_them() -> None:
    setting = Setting("residual", 20, option="B")
    nodes = walk(spec_of(setting))
    numbers = layer_numbers(nodes)
    assert (numbers["stem_conv1"], numbers["head_dense1"]) == (1, 20)
    assert numbers["conv2_block1_branch_conv1"] == 2
    assert numbers["conv3_block1_shortcut_conv1"] == 7


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "highway"},
        {"depth": 57},
        {"depth": 116},
        {"initializer": "zeros"},
        {"value": float("nan")},
        {"seed": -1},
        {"side": 128},
        {"block": OWN},
        {"kind": "own"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Setting(**wrong)  # type: ignore[arg-type]


def test_pictures_and_labels_are_looked_at_first() -> None:
    with pytest.raises(ValueError, match="at least 4 pictures"):
        profile(small(), X[:2], Y[:2])
    with pytest.raises(ValueError, match="from 0 to 5"):
        profile(small(), X, Y + 1)


def test_a_line_is_median_and_range() -> None:
    found = line([(1.0, 5.0), (3.0, 4.0), (2.0, 9.0)])
    assert (found.low, found.middle, found.high) == ((1.0, 4.0), (2.0, 5.0), (3.0, 9.0))


def test_a_ratio_of_nothing_is_said_to_be_none() -> None:
    assert ratio(1.0, 0.0) == float("inf")
    assert np.isnan(ratio(0.0, 0.0))
    assert ratio(0.0, 2.0) == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "norm", "initializer", "low", "high"),
    [
        ("plain", False, "glorot_uniform", 0, 1e-6),
        ("residual", False, "glorot_uniform", 1, 100),
        ("plain", False, "he_normal", 0.05, 20),
        ("residual", False, "he_normal", 1e3, 1e6),
        ("plain", True, "glorot_uniform", 1e3, 1e6),
        ("residual", True, "glorot_uniform", 5, 500),
        ("plain", True, "he_normal", 1e3, 1e6),
        ("residual", True, "he_normal", 5, 500),
    ],
)
def test_fifty_six_layers_do_what_the_project_says_of_them(
    kind: str, norm: bool, initializer: str, low: float, high: float
) -> None:
    """The four corners, on rendered hands and at preview size; `make bench` holds the table itself."""
    hands = load_rendered()
    setting = Setting(kind, 56, norm, initializer, pictures=8, side=32, seed=1)
    assert low < profile(setting, hands.test_x, hands.test_y).reaching < high
