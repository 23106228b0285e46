"""Adam (Kingma and Ba 2015, arXiv:1412.6980) and AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).

What `keras.optimizers.Adam` and `AdamW` do, in one operation of TensorFlow a variable: Keras' dozen take
longer to trace than the whole network and a tenth of each step at a quarter of the width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

#: Of the two moving averages, and what keeps the division from being one by zero; Keras' defaults.
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
#: Names of variables that do not decay: shrinking a bias or the scale of a batch norm regularises nothing.
NOT_DECAYED = frozenset({"bias", "gamma", "beta"})


class Adam:
    """The optimiser of some variables.

    Args:
        variables: of Keras, those that learn.
        weight_decay: share of a variable that a step takes away, times the learning rate; 0 is Adam.
        slow: those among them that learn with a part of the learning rate.
        slower: that part.
    """

    def __init__(
        self,
        variables: Sequence[Any],
        weight_decay: float = 0.0,
        *,
        slow: Iterable[Any] = (),
        slower: float = 1.0,
    ) -> None:
        """Begin with averages of zero."""
        import tensorflow as tf

        slowly = {id(variable) for variable in slow}
        self._weight_decay = weight_decay
        self._names = [variable.name for variable in variables]
        self._parts = [slower if id(variable) in slowly else 1.0 for variable in variables]
        self._learnt = [variable.value for variable in variables]
        self._iterations = tf.Variable(0, dtype=tf.int64, trainable=False)
        self._first = [tf.Variable(tf.zeros(each.shape), trainable=False) for each in self._learnt]
        self._second = [tf.Variable(tf.zeros(each.shape), trainable=False) for each in self._learnt]

    @property
    def variables(self) -> list[Any]:
        """What going on needs: the number of steps, and both averages of every variable."""
        return [self._iterations, *self._first, *self._second]

    def forget(self) -> None:
        """Begin again."""
        for variable in self.variables:
            variable.assign(variable * 0)

    def apply(self, gradients: Sequence[Any], learning_rate: Any) -> None:
        """Take one step; to be called while a graph is traced.

        Args:
            gradients: of the loss with respect to each variable, in their order.
            learning_rate: float32 scalar.
        """
        import tensorflow as tf

        taken = tf.cast(self._iterations.assign_add(1), tf.float32)
        powers = {"beta1_power": tf.pow(BETA_1, taken), "beta2_power": tf.pow(BETA_2, taken)}
        for at, gradient in enumerate(gradients):
            variable, rate = self._learnt[at], learning_rate * self._parts[at]
            if self._weight_decay and self._names[at] not in NOT_DECAYED:
                variable.assign(variable * (1 - self._weight_decay * rate))
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle, m=self._first[at].handle, v=self._second[at].handle, **powers, lr=rate,
                beta1=BETA_1, beta2=BETA_2, epsilon=EPSILON, grad=gradient,
            )  # fmt: skip
