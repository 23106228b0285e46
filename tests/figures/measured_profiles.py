"""Profiles with the layers of real networks and random numbers, for tests that need no TensorFlow."""

from __future__ import annotations

from hypothesis import strategies as st

from resnet_core.network.depth import layer_numbers
from resnet_core.network.graph import walk
from resnet_core.network.spec import Conv, Dense
from resnet_core.probes.gradient_setting import Setting, pieces, spec_of
from resnet_core.probes.gradients import Kernel, Profile

OWN = "8x8x8~1x1-8_bn_relu_3x3-8_bn_relu_1x1-8~id~relu"
"""A block of three convolutions, so that a net of it has more layers than its twin."""
SIZES = st.floats(1e-12, 1e12) | st.sampled_from([0.0])


@st.composite
def profiles_of(draw: st.DrawFn, kind: str, depth: int = 14, seeds: int = 2) -> list[Profile]:
    """Profiles of one network that differ in their seed and in every number."""
    setting = Setting(kind, depth, block=OWN if kind == "own" else "")
    spec = spec_of(setting)
    nodes, numbers = walk(spec), layer_numbers(walk(spec))
    ends = [part[-1].name for part in pieces(spec)[:-1]]
    names = ["stem", *(f"{part[0].stage}_block{part[0].block}" for part in pieces(spec)[1:-1])]
    found = []
    for seed in range(seeds):
        sizes = draw(st.lists(SIZES, min_size=80, max_size=80))
        kernels = tuple(
            Kernel(node.name, numbers[node.name], sizes.pop(), node.part == "shortcut")
            for node in nodes
            if isinstance(node.layer, (Conv, Dense))
        )
        rows = [tuple(sizes.pop() for _ in ends) for _ in range(2)]
        layers = tuple(numbers[name] for name in ends)
        changed = Setting(kind, depth, block=setting.block, seed=seed)
        found.append(Profile(changed, tuple(names), layers, rows[0], rows[1], kernels, sizes.pop(), 0.1))
    return found
