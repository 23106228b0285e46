"""The gradient through neighbouring blocks with identity shortcuts, split into one term for each path.

With x_{i+1} = x_i + F_i(x_i) the chain rule gives dL/dx_1 = dL/dx_4 (1 + F_3') (1 + F_2') (1 + F_1') for
three blocks (He et al. 2016, equation 5, unrolled), which multiplied out has a term for each set of branches.
Where an activation stands behind the addition, as in He et al. 2015, its derivative D_i is a factor of every
term.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.graph import Node, walk
from resnet_core.probes.gradient_setting import Setting, pieces, spec_of, zeroed
from resnet_core.probes.gradients import pictures_of
from resnet_core.probes.passing import Layers
from resnet_core.probes.question import Start

MOST = 3
"""Blocks at most: of n blocks there are 2^n terms."""
KINDS = ("preactivation", "residual")
"""Networks whose blocks add x itself: without anything behind the addition, and with a ReLU."""


@dataclass(frozen=True)
class Run:
    """Neighbouring blocks of a network.

    Attributes:
        setting: of the network; of one of `KINDS`, with nothing on its shortcuts.
        stage: `conv2`, `conv3` or `conv4`.
        first: number of the first block in its stage, from 1.
        count: how many, up to `MOST`.
    """

    setting: Setting
    stage: str
    first: int
    count: int

    @property
    def blocks(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(f"{self.stage}_block{self.first + number}" for number in range(self.count))


@dataclass(frozen=True)
class Term:
    """One term of the gradient.

    Attributes:
        through: which branches it passes, by number from 1, in the order of the blocks; past the others it
            goes on their shortcuts.
        length: Euclidean norm, over all pictures and values.
        share: of the whole gradient along its own direction: the scalar product with it over its square; the
            shares of all terms sum to 1. Not a number where the whole is 0.
    """

    through: tuple[int, ...]
    length: float
    share: float


@dataclass(frozen=True)
class Terms:
    """What was measured.

    Attributes:
        run: of blocks.
        arriving: |dL/dx| behind the last of the blocks.
        leaving: |dL/dx| before the first, computed at once.
        terms: that sum to it, those that pass fewer branches first.
        gap: length of the difference between their sum and it, over `leaving`; 0 where both are 0.
        seconds: that all passes took.
    """

    run: Run
    arriving: float
    leaving: float
    terms: tuple[Term, ...]
    gap: float
    seconds: float


def runs_of(setting: Setting, kind: str) -> list[Run]:
    """The first and the last blocks of each stage that add x itself, up to `MOST` of them together.

    Args:
        setting: whose depth, start, activation and so on are taken.
        kind: one of `KINDS`.
    """
    changed = replace(setting, kind=kind, shortcut="identity", block="")
    found = []
    for stage in spec_of(changed).stages:
        blocks = [
            number
            for number, block in enumerate(stage.blocks, start=1)
            if block.shortcut == () and not block.entry
        ]
        count = min(MOST, len(blocks))
        if count:
            firsts = dict.fromkeys((blocks[0], blocks[-1] - count + 1))
            found += [Run(changed, stage.name, first, count) for first in firsts]
    return found


def gradient_terms(run: Run, x: NDArray[np.uint8], y: NDArray[np.int64], dtype: str = "float32") -> Terms:
    """Measure every term of the gradient through a run of blocks, at initialisation.

    Args:
        run: of blocks, from `runs_of`.
        x: (N, height, width, 3) of unsigned bytes, at least `run.setting.pictures`.
        y: (N,) labels from 0 to 5.
        dtype: of weights and arithmetic.

    Raises:
        ValueError: the network has no such blocks.
    """
    import tensorflow as tf

    if run not in runs_of(run.setting, run.setting.kind):
        raise ValueError(f"This network has no blocks {', '.join(run.blocks)} that add x itself.")
    began = time.perf_counter()
    setting, nodes = run.setting, walk(spec_of(run.setting))
    layers = Layers(
        Start(setting.seed, setting.initializer), batch=True, dtype=dtype, zeroed=zeroed(setting, nodes)
    )
    before, blocks, after = _cut(run)
    start = layers.run(before, {before[0].inputs[0]: pictures_of(setting, x, dtype)})
    passed, end = [], start
    for block in blocks:
        passed.append(_Passed(layers, block, end))
        end = passed[-1].left
    labels = y[: setting.pictures]
    arriving = _gradient_at(layers, after, end, labels)
    whole = _gradient_at(layers, [*(node for block in blocks for node in block), *after], start, labels)
    parts: dict[tuple[int, ...], Any] = {(): arriving}
    for number in range(len(passed), 0, -1):
        block_passed = passed[number - 1]
        behind = {through: block_passed.before_addition(one) for through, one in parts.items()}
        parts = {
            **behind,
            **{(number, *through): block_passed.through_branch(one) for through, one in behind.items()},
        }
    total = tf.add_n(list(parts.values()))
    leaving = _length(whole)
    return Terms(
        run,
        _length(arriving),
        leaving,
        tuple(
            Term(through, _length(parts[through]), _share(parts[through], whole))
            for through in sorted(parts, key=lambda through: (len(through), through))
        ),
        _length(total - whole) / leaving if leaving else _length(total),
        time.perf_counter() - began,
    )


class _Passed:
    """One block that was passed on a tape, so that gradients can go back through it piece by piece."""

    def __init__(self, layers: Layers, nodes: tuple[Node, ...], start: Any) -> None:
        import tensorflow as tf

        source = nodes[0].inputs[0]
        inside = [node for node in nodes if node.part in ("branch", "add")]
        tensors = {source: start}
        with tf.GradientTape(persistent=True) as self._tape:
            self._tape.watch(start)
            self._sum = layers.run(inside, tensors)
            left = layers.run([node for node in nodes if node.part == "exit"], tensors)
        self._start = start
        self._brought = tensors[inside[-1].inputs[0]]
        self.left = self._sum if left is None else left

    def before_addition(self, gradient: Any) -> Any:
        """The gradient at the sum, from that at what leaves the block."""
        if self.left is self._sum:
            return gradient
        return self._tape.gradient(self.left, self._sum, output_gradients=gradient)

    def through_branch(self, gradient: Any) -> Any:
        """What comes back through the branch alone, from the gradient at the sum."""
        return self._tape.gradient(self._brought, self._start, output_gradients=gradient)


def _cut(run: Run) -> tuple[list[Node], list[tuple[Node, ...]], list[Node]]:
    """The nodes before a run of blocks, those of each block, and those behind it up to the logits."""
    from resnet_core.network.model import without_softmax

    parts = pieces(spec_of(run.setting))
    at = next(n for n, part in enumerate(parts) if (part[0].stage, part[0].block) == (run.stage, run.first))
    end = at + run.count
    behind = [*parts[end:-1], without_softmax(parts[-1])]
    return [n for part in parts[:at] for n in part], parts[at:end], [n for part in behind for n in part]


def _gradient_at(layers: Layers, nodes: list[Node], start: Any, labels: NDArray[np.int64]) -> Any:
    """The gradient of the loss at what enters the first of some nodes, which end in the logits."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(start)
        logits = layers.run(nodes, {nodes[0].inputs[0]: start})
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    return tape.gradient(loss, start)


def _length(value: Any) -> float:
    return float(np.sqrt(np.square(value.numpy(), dtype=np.float64).sum()))


def _share(part: Any, whole: Any) -> float:
    one, all_of_it = (value.numpy().astype(np.float64) for value in (part, whole))
    square = float(np.square(all_of_it).sum())
    return float((one * all_of_it).sum()) / square if square else float("nan")
