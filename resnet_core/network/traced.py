"""The one way in which this project makes a graph of TensorFlow from a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def traced(function: Callable[..., Any], *given: Any) -> Any:
    """A function that is traced once, when it is first called, and then runs as a graph.

    Without XLA, which on two cores compiles for half a minute before it answers, and without AutoGraph, which
    reads and rewrites the source of all that is called: half of the seconds that tracing a step of ResNet-50
    takes. So a condition or a loop over values of a tensor has to be one of TensorFlow's own.

    Args:
        function: takes tensors and gives tensors.
        given: `tf.TensorSpec` of each argument; without, it is traced anew for every other kind of argument,
            with sizes left open where they have differed.
    """
    import tensorflow as tf

    return tf.function(
        function,
        input_signature=given or None,
        reduce_retracing=not given,
        jit_compile=False,
        autograph=False,
    )
