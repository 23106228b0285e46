"""The words and symbols of the gradient page, explained for whoever knows what a derivative is."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_core.probes.gradient_setting import CLASSES, Setting

FIRST_WORDS = (
    "<b>L</b>, the loss, is how wrong a network is about labelled pictures. <b>dL/dx</b>, the gradient, is "
    "its derivative by every value x that leaves a layer; <b>|dL/dx|</b> is how long it is. It is computed "
    "backwards, from the output, right, to the input, left."
)
"""What has to be known before the charts are looked at, as HTML."""
_KINDS = {
    "plain": "In a *plain* net what leaves the layers of a block goes on as it is.",
    "residual": "In a *residual* net each block adds what entered it, x, to what its layers make of it: the "
    "shortcut, an arc in the strip. A ReLU, which sets to 0 what is negative, follows the addition.",
    "preactivation": "In a *pre-activation* net each block adds x too, but batch norm and ReLU stand before "
    "each convolution, and nothing stands behind the addition (He et al. 2016).",
    "scaled": "In a *scaled residual* net what is added to x is divided by √N first, N the number of blocks.",
    "own": "*Your block* stands in the place of each block, with as many channels as the others have there.",
}


def words_of(pair: Sequence[Setting]) -> list[str]:
    """One paragraph for each thing that the charts and sentences of two networks speak of.

    Args:
        pair: the networks.
    """
    kinds = " ".join(_KINDS[one.kind] for one in pair)
    return [
        "**The networks.** Both begin with one convolution, the *stem*, and go on with blocks, in three "
        f"stages: conv2_x, conv3_x, conv4_x. At the end a dense layer gives {CLASSES} numbers, one for each "
        f"sign. {kinds}",
        "**L** is the mean cross-entropy: minus the natural logarithm of the probability that the network "
        "gives to the right sign, averaged over the pictures.",
        "**x** is what leaves a block, or the stem: many values for each picture. dL/dx holds one derivative "
        "for each of them: how much L changes with it. |dL/dx| is the root of the sum of their squares, over "
        "all pictures. *Near the output* is behind the last block but one.",
        "**W** are the weights of a layer, a convolution's *kernel*; |dL/dW| is the length of the gradient "
        "that training changes them with.",
        "**The third chart** runs forward: how far the values of x spread around their mean, as their "
        "standard deviation, std(x).",
        f"**Batch norm** is {'on' if pair[0].batch_norm else 'off'} here: it brings each channel to mean 0 "
        "and variance 1 over the pictures at hand. **Kernels start as** random numbers; after Glorot they "
        "are smaller than after He. **At initialisation** is before any training.",
    ]
