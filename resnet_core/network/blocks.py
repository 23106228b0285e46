"""The blocks of the two papers and of the course notebook, and ways to change a block.

Terms as in He et al. 2015 and Keras: the identity block adds `x` itself, the convolutional block adds a
projection of `x`, the basic block has two 3x3 convolutions, the others are bottlenecks 1x1, f x f, 1x1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from resnet_core.network.spec import (
    Activation,
    BatchNorm,
    BlockSpec,
    Conv,
    Layers,
    PadChannels,
    Subsample,
)

RELU = Activation("relu")


@dataclass(frozen=True)
class Style:
    """What all blocks of one family share: biases in convolutions or not, and the batch norm."""

    use_bias: bool = True
    norm: BatchNorm = field(default_factory=BatchNorm)


APPLICATIONS = Style()
"""As in `keras.applications`: biases, epsilon 1.001e-5."""

NOTEBOOK = Style(norm=BatchNorm(epsilon=1e-3))
"""As in the course notebook: biases, the defaults of Keras' `BatchNormalization`."""

CIFAR = Style(use_bias=False)
"""No biases: batch norm subtracts the mean anyway, and the counts of He et al. Table 6 need it so."""


def conv_bn(filters: int, kernel: int, stride: int = 1, style: Style = APPLICATIONS) -> Layers:
    """A convolution that keeps height and width (divided by `stride`), then batch norm.

    A 1x1 convolution needs no padding, so it says `valid`, as the course notebook and Keras do.
    """
    padding = "valid" if kernel == 1 else "same"
    return (Conv(filters, kernel, stride, padding, style.use_bias), style.norm)


def _bottleneck(filters: tuple[int, int, int], kernel: int, stride: int, style: Style) -> Layers:
    first, middle, last = filters
    return (
        *conv_bn(first, 1, stride, style),
        RELU,
        *conv_bn(middle, kernel, 1, style),
        RELU,
        *conv_bn(last, 1, 1, style),
    )


def identity_block(filters: tuple[int, int, int], kernel: int = 3, style: Style = APPLICATIONS) -> BlockSpec:
    """The bottleneck block whose shortcut is `x` itself (He et al. 2015, equation 1 and figure 5).

    Args:
        filters: of the 1x1, f x f and 1x1 convolution; the last must be the channels of `x`.
        kernel: f, the side of the middle convolution.
        style: what the family's blocks share.
    """
    return BlockSpec(branch=_bottleneck(filters, kernel, 1, style), shortcut=(), exit=(RELU,))


def convolutional_block(
    filters: tuple[int, int, int], kernel: int = 3, stride: int = 2, style: Style = APPLICATIONS
) -> BlockSpec:
    """The bottleneck block with a projection shortcut (He et al. 2015, equation 2; option B).

    The stride is on the first 1x1 convolution and on the projection, as in the paper.
    """
    return BlockSpec(
        branch=_bottleneck(filters, kernel, stride, style),
        shortcut=conv_bn(filters[-1], 1, stride, style),
        exit=(RELU,),
    )


def basic_block(
    filters: int, stride: int = 1, option: str = "identity", style: Style = APPLICATIONS
) -> BlockSpec:
    """Two 3x3 convolutions (He et al. 2015, figure 5 left).

    Args:
        filters: of both convolutions.
        stride: of the first convolution and of the shortcut.
        option: the shortcut: `identity`; `A`, every `stride`-th pixel and maps of zeros; `B`, a 1x1
            projection with batch norm (section 3.3).
        style: what the family's blocks share.
    """
    shortcuts: dict[str, Layers] = {
        "identity": (),
        "A": (Subsample(stride), PadChannels(filters)),
        "B": conv_bn(filters, 1, stride, style),
    }
    if option not in shortcuts:
        raise ValueError(f"option must be one of {', '.join(shortcuts)}, got {option!r}")
    branch = (*conv_bn(filters, 3, stride, style), RELU, *conv_bn(filters, 3, 1, style))
    return BlockSpec(branch=branch, shortcut=shortcuts[option], exit=(RELU,))


def plain(block: BlockSpec) -> BlockSpec:
    """The same layers without the shortcut and its addition (He et al. 2015, section 3.3)."""
    return replace(block, shortcut=None)


def preactivation(block: BlockSpec, *, first: bool = False) -> BlockSpec:
    """The same convolutions in the order batch norm, ReLU, convolution (He et al. 2016, figure 4e).

    Where the shortcut changes the shape, and in the first block of a network, both paths share the first
    activation (appendix of that paper); elsewhere the shortcut carries `x` untouched. A convolution that
    batch norm follows needs no bias and has none, as in `keras.applications.ResNet50V2`.

    Args:
        block: a block of convolutions, each followed by batch norm.
        first: whether the block is the first after the stem.
    """
    norm = next(layer for layer in block.branch if isinstance(layer, BatchNorm))
    convs = [layer for layer in block.branch if isinstance(layer, Conv)]
    layers: list[Conv | BatchNorm | Activation] = []
    for position, conv in enumerate(convs):
        last = position == len(convs) - 1
        layers += [norm, RELU, conv if last else replace(conv, use_bias=False)]
    shortcut = block.shortcut
    if shortcut is not None:
        shortcut = tuple(layer for layer in shortcut if not isinstance(layer, BatchNorm))
    shared = 2 if shortcut or first else 0
    return BlockSpec(entry=tuple(layers[:shared]), branch=tuple(layers[shared:]), shortcut=shortcut)


def with_batch_norm(
    block: BlockSpec, momentum: float | None = None, zero_gamma: bool | None = None
) -> BlockSpec:
    """The block with other batch-norm settings; what is `None` stays as it is.

    Args:
        block: the block to change.
        momentum: of the moving averages, in every batch norm of the block.
        zero_gamma: whether the batch norm that ends a branch starts at zero, so that the block starts as
            the identity (Goyal et al. 2017, section 5.1). Plain blocks, which would pass nothing on, and
            branches that end in a convolution, as in pre-activation, keep theirs at one.
    """
    if momentum is not None:
        block = replace(
            block,
            entry=with_momentum(block.entry, momentum),
            branch=with_momentum(block.branch, momentum),
            shortcut=None if block.shortcut is None else with_momentum(block.shortcut, momentum),
            exit=with_momentum(block.exit, momentum),
        )
    last = block.branch[-1] if block.branch else None
    if zero_gamma is not None and block.shortcut is not None and isinstance(last, BatchNorm):
        last = replace(last, gamma="zeros" if zero_gamma else "ones")
        block = replace(block, branch=(*block.branch[:-1], last))
    return block


def with_momentum(layers: Layers, momentum: float) -> Layers:
    """The layers with the moving averages of every batch norm at `momentum`."""
    return tuple(
        replace(layer, momentum=momentum) if isinstance(layer, BatchNorm) else layer for layer in layers
    )
