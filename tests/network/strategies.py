"""Random descriptions for hypothesis: networks whose shapes fit, small enough to build in Keras."""

from __future__ import annotations

from hypothesis import strategies as st

from resnet_core.network.layers import ACTIVATIONS, PADDINGS
from resnet_core.network.shapes import ShapeError, output_shape
from resnet_core.network.spec import (
    Activation,
    AveragePool,
    BatchNorm,
    BlockSpec,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Gate,
    GlobalAveragePool,
    Layer,
    Layers,
    MaxPool,
    NetworkSpec,
    PadChannels,
    Scale,
    Shape,
    StageSpec,
    Subsample,
    ZeroPad,
)

_SIDES = st.integers(1, 3)
_PADDING = st.sampled_from(PADDINGS)
_CONVS = st.builds(
    lambda groups, each, kernel, stride, padding, use_bias: Conv(
        groups * each, kernel, stride, padding, use_bias, groups
    ),
    st.sampled_from((1, 1, 2)),
    st.integers(1, 3),
    st.integers(1, 4),
    _SIDES,
    _PADDING,
    st.booleans(),
)
_POOLS = [st.builds(kind, _SIDES, _SIDES, _PADDING) for kind in (MaxPool, AveragePool)]

SAME_SHAPE: st.SearchStrategy[Layer] = st.one_of(
    st.builds(
        BatchNorm,
        st.sampled_from((0.9, 0.99)),
        st.sampled_from((1e-3, 1.001e-5)),
        st.sampled_from(("ones", "zeros")),
    ),
    st.builds(Activation, st.sampled_from([name for name in ACTIVATIONS if name != "softmax"])),
    st.builds(Dropout, st.sampled_from((0.0, 0.5))),
    st.builds(Scale, st.sampled_from((0.5, 1.0, -2.0)), st.booleans()),
)
MAP_LAYERS: st.SearchStrategy[Layer] = st.one_of(
    _CONVS,
    SAME_SHAPE,
    *_POOLS,
    st.builds(ZeroPad, st.integers(0, 2)),
    st.builds(Subsample, _SIDES),
    st.builds(PadChannels, st.integers(1, 8)),
    st.builds(Gate, st.sampled_from((-6.0, 0.0, 1.5)), st.booleans()),
)
ANY_LAYER: st.SearchStrategy[Layer] = st.one_of(
    MAP_LAYERS,
    st.builds(GlobalAveragePool),
    st.builds(Flatten),
    st.builds(Dense, st.integers(1, 9), st.sampled_from(("linear", "softmax"))),
)
_TO_VECTOR: st.SearchStrategy[Layer] = st.sampled_from((GlobalAveragePool(), Flatten()))
ANY_LAYERS = st.lists(ANY_LAYER, max_size=4).map(tuple)
ANY_BLOCK = st.builds(BlockSpec, ANY_LAYERS, st.none() | ANY_LAYERS, ANY_LAYERS, ANY_LAYERS)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
ANY_STAGES = st.lists(
    st.builds(StageSpec, NAMES, st.lists(ANY_BLOCK, max_size=3).map(tuple)),
    max_size=3,
    unique_by=lambda stage: stage.name,
).map(tuple)
ANY_NETWORK = st.builds(
    NetworkSpec,
    NAMES,
    st.text(max_size=20).filter(str.isprintable),
    st.tuples(*[st.integers(1, 40)] * 3),
    ANY_LAYERS,
    ANY_STAGES,
    ANY_LAYERS,
)
"""Any valid description; most of these do not fit together as networks."""


def _fitting(layers: list[Layer], shape: Shape) -> tuple[Layers, Shape]:
    """The layers that can work one after the other on `shape`, and the shape that leaves the last."""
    kept = []
    for layer in layers:
        try:
            shape = output_shape(layer, (shape,))
        except ShapeError:
            continue
        kept.append(layer)
    return tuple(kept), shape


def _shortcuts(before: Shape, after: Shape) -> list[Layers | None]:
    """What can stand beside a branch that makes `after` of `before`."""
    ways: list[Layers | None] = [None]
    if before == after:
        ways += [(), (Scale(0.5, True),), (Dropout(0.5),)]
    for stride in range(1, before[0] + 1):
        if tuple(-(-side // stride) for side in before[:2]) == after[:2]:
            ways.append((Conv(after[2], 1, stride, "valid"), BatchNorm()))
            if before[2] <= after[2]:
                ways.append((Subsample(stride), PadChannels(after[2])))
            break
    return ways


@st.composite
def networks(
    draw: st.DrawFn, map_layers: st.SearchStrategy[Layer] = MAP_LAYERS, side: int = 12
) -> NetworkSpec:
    """Networks whose shapes fit, with blocks of every sort, for pictures of up to `side` x `side`."""
    some = st.lists(map_layers, max_size=3)
    height = draw(st.integers(1, side))
    picture = (height, draw(st.just(height) | st.integers(1, side)), draw(st.integers(1, 3)))
    stem, shape = _fitting(draw(some), picture)
    stages = []
    for number in range(draw(st.integers(0, 2))):
        blocks = []
        for _ in range(draw(st.integers(0, 2))):
            before = shape
            entry = tuple(draw(st.lists(SAME_SHAPE, max_size=2)))
            branch, shape = _fitting(draw(some), before)
            shortcut = draw(st.sampled_from(_shortcuts(before, shape)))
            block = BlockSpec(branch, shortcut, tuple(draw(st.lists(SAME_SHAPE, max_size=1))), entry)
            blocks += [block] * (draw(st.integers(1, 2)) if shape == before else 1)
        stages.append(StageSpec(f"s{number}", tuple(blocks)))
    head: Layers = ()
    if draw(st.booleans()):
        head = (draw(_TO_VECTOR), Dense(draw(st.integers(2, 4)), "softmax"))
    return NetworkSpec("net", "A random network", picture, stem, tuple(stages), head)
