"""How large the gradient was at every kernel, step by step of a run: a reading that any run can have.

A run whose settings say `gradients_every = k` keeps the norms of its steps 1, k + 1, 2 k + 1 and so on. They
are those of the very gradients that the steps took: no backward pass is added.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.depth import WeightLayer


@dataclasses.dataclass(frozen=True, eq=False)
class GradientNorms:
    """Norms of the gradient of a run.

    Attributes:
        layers: with a kernel, in the order of their depth.
        step: (N,) of the steps that were kept, counted from 1, upwards.
        norms: float32 (N, layers): Euclidean norm of the gradient of the step's loss with respect to each
            kernel, before the step.
    """

    layers: tuple[WeightLayer, ...]
    step: NDArray[np.int64]
    norms: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.norms.shape != (len(self.step), len(self.layers)):
            raise ValueError(
                f"the norms should have the shape {(len(self.step), len(self.layers))}, "
                f"but {self.norms.shape} came"
            )

    def __len__(self) -> int:
        """How many steps."""
        return len(self.step)

    def on_the_main_path(self) -> GradientNorms:
        """Without layers on shortcuts, which are not counted in the depth."""
        kept = [place for place, layer in enumerate(self.layers) if not layer.shortcut]
        return GradientNorms(tuple(self.layers[place] for place in kept), self.step, self.norms[:, kept])

    def by_block(self) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """Names of stem, blocks and head, and the norms (N, names) over all kernels of each together."""
        names = [_block(layer.name) for layer in self.layers]
        found = tuple(dict.fromkeys(names))
        squares = self.norms.astype(np.float64) ** 2
        sums = [squares[:, [one == name for one in names]].sum(axis=1) for name in found]
        table = np.sqrt(np.stack(sums, axis=1)) if sums else np.empty((len(self), 0))
        return found, table.astype(np.float32)


def is_kept(step: int, every: int) -> bool:
    """Whether the norms of a step, counted from 1, are kept where those of every `every`-th are."""
    return every > 0 and (step - 1) % every == 0


def to_bytes(norms: NDArray[np.float32]) -> bytes:
    """The norms of one step as they stand in the store: 32-bit floats, the lowest byte first."""
    return norms.astype("<f4").tobytes()


def from_bytes(rows: list[tuple[int, bytes]], layers: tuple[WeightLayer, ...]) -> GradientNorms:
    """The inverse of `to_bytes` for rows of step and norms.

    Raises:
        ValueError: when a row is not of so many layers.
    """
    steps = np.array([step for step, _ in rows], np.int64)
    tables = [np.frombuffer(norms, "<f4").astype(np.float32) for _, norms in rows]
    norms = np.stack(tables) if tables else np.empty((0, len(layers)), np.float32)
    return GradientNorms(layers, steps, norms)


def _block(name: str) -> str:
    parts = name.split("_")
    return "_".join(parts[:2]) if len(parts) > 1 and parts[1].startswith("block") else parts[0]
