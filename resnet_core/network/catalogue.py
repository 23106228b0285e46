"""The networks of He et al. 2015 and 2016 and of the course notebook, by name, at any size and width.

Four families, each with its plain twin for every network (the same layers, no shortcuts):

- `resnet18` to `resnet152`: as in `keras.applications`, shortcut option B, stride on the first 1x1;
- `preact_resnet18` to `preact_resnet152`: the same convolutions in pre-activation order;
- `cifar_resnet20` and any other 6n+2: three stages of 16, 32 and 64 filters, option A;
- `notebook_resnet50`: the course notebook's own ResNet-50.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from resnet_core.network import blocks
from resnet_core.network.accounting import account
from resnet_core.network.blocks import APPLICATIONS, CIFAR, NOTEBOOK, RELU, Style
from resnet_core.network.layers import number, whole
from resnet_core.network.spec import (
    AveragePool,
    BatchNorm,
    BlockSpec,
    Conv,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layers,
    MaxPool,
    NetworkSpec,
    StageSpec,
    ZeroPad,
)

STAGES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""Blocks in conv2 to conv5 by depth (He et al. 2015, Table 1)."""

TABLE_6 = (20, 32, 44, 56, 110, 1202)
"""The depths of the CIFAR networks in He et al. 2015, Table 6."""

_BOTTLENECK_FROM = 50  # 18 and 34 layers are made of basic blocks


@dataclass(frozen=True)
class _Plan:
    """What a name says: family, order of activation, plain or residual, and depth."""

    family: str
    preact: bool
    plain: bool
    depth: int

    @property
    def title(self) -> str:
        kind = "Plain" if self.plain else "ResNet"
        order = "Pre-activation " if self.preact else ""
        where = {"imagenet": "", "cifar": " for CIFAR", "notebook": " of the course notebook"}[self.family]
        return f"{order}{kind}-{self.depth}{where}"


def _names() -> tuple[str, ...]:
    imagenet = [
        f"{order}{kind}{n}" for order in ("", "preact_") for kind in ("resnet", "plain") for n in STAGES
    ]
    cifar = [
        f"cifar_{name}{n}" for name in ("resnet", "plain", "preact_resnet", "preact_plain") for n in TABLE_6
    ]
    return (*imagenet, *cifar, "notebook_resnet50", "notebook_plain50")


NAMES = _names()
"""Every name of the catalogue; CIFAR networks of any other depth 6n+2, n from 1 to 200, exist too."""


def _plan(name: str) -> _Plan:
    match = re.fullmatch(r"(cifar_|notebook_)?(preact_)?(resnet|plain)([1-9][0-9]{0,3})", name)
    if match:
        family, preact, kind, depth = match[1], bool(match[2]), match[3], int(match[4])
        known = {
            "cifar_": depth % 6 == 2 and 8 <= depth <= 1202,
            "notebook_": depth == 50 and not preact,
            None: depth in STAGES,
        }
        if known[family]:
            return _Plan((family or "imagenet_")[:-1], preact, kind == "plain", depth)
    near = difflib.get_close_matches(name[:60], NAMES, n=3, cutoff=0.0)
    raise ValueError(f"There is no network named {name[:60]!r}; the nearest are {', '.join(near)}.")


@lru_cache(maxsize=64)
def network(name: str, *, size: int = 64, classes: int = 6, width: float = 1.0) -> NetworkSpec:
    """The network `name` for pictures of `size` x `size` x 3 and `classes` classes.

    Args:
        name: one of `NAMES`, or a CIFAR network of another depth.
        size: side of the picture in pixels, 8 to 1024.
        classes: units of the last layer, 2 to 10,000.
        width: factor on every number of filters (rounded, at least 1), 0.01 to 4.

    Raises:
        ValueError: an unknown name (with the nearest ones), a value out of range, or a size that is too
            small for the network's pooling.
    """
    plan = _plan(name)
    whole("size", size, 8, 1024)
    whole("classes", classes, 2, 10_000)
    number("width", width, 0.01, 4.0)
    style = {"imagenet": APPLICATIONS, "cifar": CIFAR, "notebook": NOTEBOOK}[plan.family]
    spec = NetworkSpec(
        name=name,
        title=plan.title if width == 1 else f"{plan.title}, width {width:g}",
        input_shape=(size, size, 3),
        stem=_stem(plan, style, width),
        stages=_stages(plan, style, width),
        head=_head(plan, style, classes),
    )
    account(spec)
    return spec


def _stem(plan: _Plan, style: Style, width: float) -> Layers:
    if plan.family == "cifar":
        first: Layers = blocks.conv_bn(scaled(16, width), 3, 1, style)
        return first[:1] if plan.preact else (*first, RELU)
    conv = Conv(scaled(64, width), 7, 2, "valid", style.use_bias)
    normed: Layers = (ZeroPad(3), conv) if plan.preact else (ZeroPad(3), conv, style.norm, RELU)
    pool = MaxPool(3, 2, "valid")
    return (*normed, pool) if plan.family == "notebook" else (*normed, ZeroPad(1), pool)


def _head(plan: _Plan, style: Style, classes: int) -> Layers:
    last = Dense(classes, "softmax")
    if plan.family == "notebook":
        return (AveragePool(2, 2, "valid"), Flatten(), last)
    # The last block of a pre-activation network ends in an addition, so its activation stands here.
    return (*((style.norm, RELU) if plan.preact else ()), GlobalAveragePool(), last)


def _stages(plan: _Plan, style: Style, width: float) -> tuple[StageSpec, ...]:
    repeats: tuple[int, ...]
    filters: tuple[int, ...]
    if plan.family == "cifar":
        repeats, filters = ((plan.depth - 2) // 6,) * 3, (16, 32, 64)
    else:
        repeats, filters = STAGES[plan.depth], (64, 128, 256, 512)
    stages = []
    for index, (count, base) in enumerate(zip(repeats, filters, strict=True)):
        first, later = _pair(plan, style, base, width, 1 if index == 0 else 2)
        row = [first, *[later] * (count - 1)]
        if plan.preact:
            row = [blocks.preactivation(block, first=index == i == 0) for i, block in enumerate(row)]
        if plan.plain:
            row = [blocks.plain(block) for block in row]
        stages.append(StageSpec(f"conv{index + 2}", tuple(row)))
    return tuple(stages)


def _pair(plan: _Plan, style: Style, base: int, width: float, stride: int) -> tuple[BlockSpec, BlockSpec]:
    """The first block of a stage, which may change the shape, and the one that follows it, repeated."""
    narrow = scaled(base, width)
    if plan.family != "cifar" and plan.depth >= _BOTTLENECK_FROM:
        each = (narrow, narrow, scaled(4 * base, width))
        first = blocks.convolutional_block(each, 3, stride, style)
        return first, blocks.identity_block(each, 3, style)
    option = "A" if plan.family == "cifar" else "B"
    first = blocks.basic_block(narrow, stride, option if stride > 1 else "identity", style)
    return first, blocks.basic_block(narrow, 1, "identity", style)


def scaled(filters: int, width: float) -> int:
    """`filters` times `width`, rounded, at least 1."""
    return max(1, round(filters * width))


def plain_twin(spec: NetworkSpec) -> NetworkSpec:
    """The same layers without the shortcuts, under a name and title that say so."""
    twin = spec.change_blocks(blocks.plain)
    name = spec.name.replace("resnet", "plain") if "resnet" in spec.name else f"plain_{spec.name}"[:40]
    title = spec.title.replace("ResNet", "Plain") if "ResNet" in spec.title else f"Plain {spec.title}"[:120]
    return replace(twin, name=name, title=title)


def with_batch_norm(
    spec: NetworkSpec, *, momentum: float | None = None, zero_gamma: bool | None = None
) -> NetworkSpec:
    """The network with other batch-norm settings, block by block as in `blocks.with_batch_norm`."""
    change = partial(blocks.with_batch_norm, momentum=momentum, zero_gamma=zero_gamma)
    changed = spec.change_blocks(change)
    if momentum is None:
        return changed
    stem, head = blocks.with_momentum(spec.stem, momentum), blocks.with_momentum(spec.head, momentum)
    return replace(changed, stem=stem, head=head)


def without_batch_norm(spec: NetworkSpec) -> NetworkSpec:
    """The network without any batch norm; convolutions that had no bias beside one still have none."""
    return spec.change_layers(lambda row: tuple(one for one in row if not isinstance(one, BatchNorm)))
