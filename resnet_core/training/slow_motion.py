"""One step of training in slow motion: the loss of its pictures before and after, and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.graph import Node, walk
from resnet_core.training.checkpoint import state_of
from resnet_core.training.controls import SingleStep

if TYPE_CHECKING:
    from resnet_core.training.trainer import Trainer


class SlowMotion:
    """Looks at a trainer before and after one of its steps, and leaves it as it was.

    Args:
        trainer: whose steps are looked at.
    """

    def __init__(self, trainer: Trainer) -> None:
        """Find out which variable belongs to which block."""
        self._trainer = trainer
        self._blocks = {node.name: block_of(node) for node in walk(trainer.network)}
        self._before: list[NDArray[Any]] = []

    def before(self) -> None:
        """Remember the weights before the step."""
        self._before = [variable.numpy() for variable in self._trainer.model.trainable_variables]

    def after(self, indices: NDArray[np.intp], step: int, rate: float, loss: float) -> SingleStep:
        """What the step did.

        The loss after it is the one with which the same step would begin now: it is taken once more, and
        then everything is put back to the last bit.

        Args:
            indices: of its pictures.
            step: counted from 0.
            rate: its learning rate.
            loss: before it, in nats.
        """
        again = self._loss_of(indices, step, rate)
        return SingleStep(step + 1, rate, loss, again, self._changes())

    def _loss_of(self, indices: NDArray[np.intp], step: int, rate: float) -> float:
        trainer = self._trainer
        variables = [*trainer.model.variables, *(variable for _, variable in state_of(trainer))]
        values = [variable.numpy() for variable in variables]
        loss = trainer.step(indices, step, rate).loss
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        return loss

    def _changes(self) -> dict[str, float]:
        """By block, the Euclidean norm of the change of its trainable weights over that of the weights."""
        change: dict[str, float] = {}
        size: dict[str, float] = {}
        for variable, old in zip(self._trainer.model.trainable_variables, self._before, strict=True):
            block = self._blocks[variable.path.split("/")[0]]
            difference = variable.numpy().astype(np.float64) - old
            change[block] = change.get(block, 0.0) + float((difference**2).sum())
            size[block] = size.get(block, 0.0) + float((old.astype(np.float64) ** 2).sum())
        return {block: float(np.sqrt(change[block] / max(size[block], 1e-300))) for block in change}


def block_of(node: Node) -> str:
    """How the block of a layer is called: `conv3 block 2`, `stem` or `head`."""
    return node.part if node.stage is None else f"{node.stage} block {node.block}"
