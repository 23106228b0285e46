"""Blocks that somebody proposed, to begin from: each with why it exists, where it is from, and what it cost.

Errors are those that the papers printed for whole networks made of such blocks; the sentence names the table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from resnet_core.network import blocks
from resnet_core.network.blocks import APPLICATIONS, CIFAR, NOTEBOOK, RELU
from resnet_core.network.spec import BlockSpec, Conv, Dropout, Gate, Layers, Scale, Shape

HE_2015 = "He et al. 2015, Deep residual learning for image recognition"
HE_2016 = "He et al. 2016, Identity mappings in deep residual networks"
COURSE = "the course notebook Residual Networks (deeplearning.ai)"


@dataclass(frozen=True)
class Preset:
    """A block to begin from.

    Attributes:
        name: in addresses.
        title: what people read.
        why: two sentences on why it exists.
        source: the paper with its section, figure or table.
        block: the block itself.
        shape: (height, width, channels) that enters it.
        error: what the paper measured with it, with the table; empty where it is not of a table.
    """

    name: str
    title: str
    why: str
    source: str
    block: BlockSpec
    shape: Shape
    error: str = ""


_SIZE = (16, 16)
_BASIC = blocks.basic_block(64, style=CIFAR)


def _variant(shortcut: Layers, branch: Layers = ()) -> BlockSpec:
    """The basic block with other layers on its shortcut, and more behind its branch."""
    return replace(_BASIC, shortcut=shortcut, branch=(*_BASIC.branch, *branch))


def _on_the_second(block: BlockSpec) -> BlockSpec:
    """The bottleneck with the stride moved from its first convolution to the 3x3."""
    first, *rest = block.branch
    assert isinstance(first, Conv)
    place = next(i for i, layer in enumerate(rest) if isinstance(layer, Conv))
    second = rest[place]
    assert isinstance(second, Conv)
    rest[place] = replace(second, stride=first.stride)
    return replace(block, branch=(replace(first, stride=1), *rest))


def _course() -> tuple[Preset, ...]:
    return (
        Preset(
            "empty",
            "Empty: x + x",
            "Nothing is on the branch, so the sum is twice x. Begin here to build a block by hand.",
            "a blank sheet",
            BlockSpec((), ()),
            (*_SIZE, 64),
        ),
        Preset(
            "identity_block",
            "Identity block of the course",
            "What enters has the shape of what leaves, so x itself can be added. Most blocks of a deep "
            "network are of this kind.",
            f"{COURSE}; {HE_2015}, equation 1",
            blocks.identity_block((64, 64, 256), 3, NOTEBOOK),
            (15, 15, 256),
        ),
        Preset(
            "convolutional_block",
            "Convolutional block of the course",
            "The branch halves height and width and changes the channels, so x would not fit. A convolution "
            "on the shortcut brings x to the new shape.",
            f"{COURSE}; {HE_2015}, equation 2",
            blocks.convolutional_block((128, 128, 512), 3, 2, NOTEBOOK),
            (15, 15, 256),
        ),
    )


def _shapes() -> tuple[Preset, ...]:
    down = blocks.convolutional_block((128, 128, 512), 3, 2, APPLICATIONS)
    return (
        Preset(
            "basic",
            "Basic block",
            "Two 3×3 convolutions learn what to add to x. It is the block of the shallower networks, with 18 "
            "and 34 layers.",
            f"{HE_2015}, figure 5, left",
            _BASIC,
            (*_SIZE, 64),
            "ResNet-34 made of it: 25.03 % top-1 error on ImageNet, plain-34: 28.54 % (Table 2).",
        ),
        Preset(
            "bottleneck",
            "Bottleneck, stride on the first 1×1",
            "A 1×1 convolution narrows, the costly 3×3 works on few channels, and a 1×1 widens again. With "
            "the stride on the first 1×1, as in 2015, three of four pixels are never looked at there.",
            f"{HE_2015}, figure 5, right, and Table 1",
            down,
            (*_SIZE, 256),
            "ResNet-50 made of bottlenecks: 22.85 % top-1 error on ImageNet (Table 3).",
        ),
        Preset(
            "bottleneck_3x3",
            "Bottleneck, stride on the 3×3",
            "The same block with the stride moved to the 3×3, which sees every pixel. The first 1×1 now "
            "works on four times as many pixels, so it costs more.",
            "a later habit, often called version 1.5; the counts are this program's",
            _on_the_second(down),
            (*_SIZE, 256),
        ),
        Preset(
            "option_a",
            "Shortcut option A: zero padding",
            "The shortcut takes every second pixel and fills the new channels with zeros. It has no "
            "parameters at all.",
            f"{HE_2015}, section 3.3",
            blocks.basic_block(128, 2, "A", CIFAR),
            (*_SIZE, 64),
            "ResNet-34 with A: 25.03 % top-1 error on ImageNet, with B 24.52 %, with C 24.19 % (Table 3).",
        ),
        Preset(
            "option_b",
            "Shortcut option B: projection where the shape changes",
            "A 1×1 convolution brings x to the new shape, and everywhere else x is added as it is. It is the "
            "usual choice.",
            f"{HE_2015}, section 3.3",
            blocks.basic_block(128, 2, "B", CIFAR),
            (*_SIZE, 64),
            "ResNet-34 with B: 24.52 % top-1 error on ImageNet, with A 25.03 %, with C 24.19 % (Table 3).",
        ),
        Preset(
            "option_c",
            "Shortcut option C: projection everywhere",
            "Even where x would fit, it passes a 1×1 convolution. It was slightly better and, said the "
            "authors, not essential.",
            f"{HE_2015}, section 3.3",
            blocks.basic_block(64, 1, "B", CIFAR),
            (*_SIZE, 64),
            "ResNet-34 with C: 24.19 % top-1 error on ImageNet, with A 25.03 %, with B 24.52 % (Table 3).",
        ),
        Preset(
            "plain",
            "Plain twin: no shortcut",
            "The layers of the basic block without x added. The whole of 34 layers must now learn what the "
            "blocks only had to correct.",
            f"{HE_2015}, section 3.3",
            blocks.plain(_BASIC),
            (*_SIZE, 64),
            "Plain-34: 28.54 % top-1 error on ImageNet, ResNet-34: 25.03 % (Table 2).",
        ),
    )


def _orders() -> tuple[Preset, ...]:
    original = "the original block 6.61 % (reported)"
    return (
        Preset(
            "preactivation",
            "Full pre-activation",
            "Batch norm and ReLU stand before each convolution, and nothing after the sum. So x passes from "
            "block to block untouched.",
            f"{HE_2016}, figure 4e",
            blocks.preactivation(blocks.basic_block(64, style=CIFAR)),
            (*_SIZE, 64),
            f"ResNet-110 on CIFAR-10: 6.37 % error, {original} (Table 2).",
        ),
        Preset(
            "scaled",
            "Shortcut and branch scaled by 0.5",
            "Halving x in every block makes it vanish over many of them. Tried to show that the shortcut "
            "should be left alone.",
            f"{HE_2016}, Table 1, constant scaling",
            _variant((Scale(0.5),), (Scale(0.5),)),
            (*_SIZE, 64),
            f"ResNet-110 on CIFAR-10: 12.35 % error, {original} (Table 1).",
        ),
        Preset(
            "gated",
            "Gated shortcut",
            "A learnt gate decides how much of x may pass, as in highway networks. With biases of −6 the "
            "gate begins almost open for x.",
            f"{HE_2016}, Table 1, shortcut-only gating",
            _variant((Gate(-6.0),)),
            (*_SIZE, 64),
            f"ResNet-110 on CIFAR-10: 6.91 % error, with biases of 0 12.86 %, {original} (Table 1).",
        ),
        Preset(
            "conv_shortcut",
            "1×1 convolution on the shortcut",
            "A convolution can represent x and more, so it should do no harm. Over 54 blocks it does: "
            "signals no longer pass unchanged.",
            f"{HE_2016}, Table 1",
            _variant((Conv(64, 1, padding="valid", use_bias=False),)),
            (*_SIZE, 64),
            f"ResNet-110 on CIFAR-10: 12.22 % error, {original} (Table 1).",
        ),
        Preset(
            "dropout_shortcut",
            "Dropout on the shortcut",
            "Dropout of a half lets each value of x pass every second time, so through n blocks only one in "
            "2ⁿ survives. In a deep network next to nothing of x is left.",
            f"{HE_2016}, Table 1",
            _variant((Dropout(0.5),)),
            (*_SIZE, 64),
            f"ResNet-110 on CIFAR-10 failed to learn, with more than 20 % error, {original} (Table 1).",
        ),
        Preset(
            "zero_gamma",
            "Zero-gamma",
            "The last batch norm of the branch starts with a scale of zero, so the block starts as the "
            "identity. Training then opens the branch as it needs it.",
            "Goyal et al. 2017, Accurate, large minibatch SGD, section 5.1",
            blocks.with_batch_norm(_BASIC, zero_gamma=True),
            (*_SIZE, 64),
        ),
        Preset(
            "rezero",
            "ReZero / SkipInit",
            "One learnt number, zero at first, scales the branch, so the block starts as the identity. That "
            "takes over what batch norm does for very deep networks at the start, so none is needed here.",
            "Bachlechner et al. 2020, ReZero is all you need; De and Smith 2020, SkipInit",
            BlockSpec((Conv(64, 3), RELU, Conv(64, 3), Scale(0.0, True)), (), (RELU,)),
            (*_SIZE, 64),
        ),
    )


PRESETS = {preset.name: preset for preset in (*_course(), *_shapes(), *_orders())}
"""All presets by name, in the order in which they are offered."""
