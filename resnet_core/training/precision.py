"""In which precision, and with how many threads, a machine trains fastest."""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path

from resnet_core.training.recipes import NOTEBOOK, Recipe

#: What Linux calls the instructions for products of bfloat16 numbers: AVX-512 BF16 and AMX.
_INSTRUCTIONS = frozenset({"avx512_bf16", "amx_bf16"})
_CPUINFO = Path("/proc/cpuinfo")


@functools.cache
def fast_bfloat16(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether the processor has instructions for bfloat16; False where the system does not say.

    Without them each number is widened and narrowed again, which takes longer than to work in float32.
    """
    try:
        text = cpuinfo.read_text(errors="replace")
    except OSError:
        return False
    flags = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    return flags is not None and not _INSTRUCTIONS.isdisjoint(flags[1].split())


def usual_precision(recipe: Recipe) -> str:
    """The precision in which a run of a recipe is trained here where nobody chose another.

    The course notebook's way stays as it is in the course, in float32.
    """
    return "bfloat16" if recipe.name != NOTEBOOK.name and fast_bfloat16() else "float32"


def training_environment() -> dict[str, str]:
    """What a process that trains should have in its environment before TensorFlow is imported there.

    In bfloat16 the operations of small layers are so short that two cores spend a good part of them waiting
    for each other. A convolution has two gradients, with respect to its kernel and to its input, which
    TensorFlow works out at the same time where each gets half of the cores: on two cores, at a quarter of
    the width, a step takes a quarter less time for it, and at full width about as long as before.
    """
    if not fast_bfloat16():
        return {}
    return {"TF_NUM_INTRAOP_THREADS": str(max(1, (os.cpu_count() or 2) // 2))}
