"""A network as the text of a plain Keras program that a person can read, run and change."""

from __future__ import annotations

import ast
import json
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from resnet_core.network.accounting import account
from resnet_core.network.calls import OWN, keras_call
from resnet_core.network.graph import INPUT, Node, walk
from resnet_core.network.kinds import Kind, X, kinds
from resnet_core.network.shapes import written
from resnet_core.network.spec import BatchNorm, Conv, Dense, Gate, NetworkSpec, PadChannels, Shape, StageSpec

_LONGEST_LINE = 100
_VARIABLES = {"branch": "y", "shortcut": "shortcut", "add": "y", "exit": "y"}

_PADDING = "Keras pads rows and columns; told that channels come first, it adds maps of zeros instead."


class _Code(str):
    """Program text among arguments, as opposed to a string of the program."""


@lru_cache(maxsize=64)
def source(spec: NetworkSpec, *, initializer: str = "he_normal") -> str:
    """Write a program that builds the network with the layer names of `graph.walk`.

    It has one function for each kind of block, with arguments for what differs between its blocks, and
    a function `build_<name>` that returns the `keras.Model`.

    Args:
        spec: the network.
        initializer: of the kernels, by its Keras name.

    Raises:
        ShapeError: the network cannot be built, because shapes do not fit.
    """
    return "\n\n\n".join(part for part in _Writer(spec, initializer).parts() if part) + "\n"


class _Writer:
    """Writes the parts of one program."""

    def __init__(self, spec: NetworkSpec, initializer: str) -> None:
        self.spec = spec
        self.account = account(spec)
        self.kinds = kinds(spec)
        self.kernel: dict[str, object] = {"kernel_initializer": initializer}
        self.conv: dict[str, object] = {}
        self.norm: dict[str, object] = {}
        self.layers = [node.layer for node in walk(spec)]
        convs = [layer for layer in self.layers if isinstance(layer, Conv)]
        if convs:
            biased = any(layer.use_bias for layer in convs)
            self.conv = self.kernel if biased else {"use_bias": False, **self.kernel}
        settings = {(layer.momentum, layer.epsilon) for layer in self.layers if isinstance(layer, BatchNorm)}
        if len(settings) == 1:
            ((momentum, epsilon),) = settings
            self.norm = {"momentum": momentum, "epsilon": epsilon}

    def parts(self) -> list[str]:
        """The program's parts from the first line to the last; those not needed are empty."""
        constants = []
        if self.conv:
            constants.append(f"CONV = {_dictionary(self.conv)}")
        if self.norm:
            constants.append(f"BATCH_NORM = {_dictionary(self.norm)}")
        used = {keras_call(layer, 0).function for layer in self.layers}
        classes = [_class_text(file) for name, file in OWN.items() if name in used]
        functions = [self.function(kind) for kind in {k.name: k for k in self.kinds.values()}.values()]
        main = f'if __name__ == "__main__":\n    build_{self.spec.name}().summary()'
        opening = "\n\n".join([self.opening(), "\n".join(constants)]).rstrip()
        return [opening, *classes, *functions, self.build(), main]

    def opening(self) -> str:
        """What the program is, and what it imports."""
        title = self.spec.title.replace("\\", "\\\\").replace('"', '\\"')
        taken, given = written(self.account.input_shape), _size(self.account.output_shape)
        return (
            f'"""{title}: {taken} in, {given} out, {self.account.parameters:,} parameters.\n\n'
            "Plain Keras 3, written by ResNet Explainer from the description of the network.\n"
            '"""\n\nimport keras\nfrom keras import layers'
        )

    def function(self, kind: Kind) -> str:
        """The function of one kind of block."""
        arguments = next(iter(kind.arguments.values()))
        lines = [f"def {kind.name}({', '.join([X, *arguments, 'name'])}):", _docstring(kind)]
        variables = {X: X}
        for node in kind.nodes:
            variables[node.name] = _VARIABLES.get(node.part, X)
            name = _Code(f'f"{{name}}{node.name.removeprefix("_block0")}"')
            if isinstance(node.layer, PadChannels):
                lines.append(f"    # {_PADDING}")
            made = self.layer(node, [variables[read] for read in node.inputs], name, kind.texts)
            lines.append(_line(f"{variables[node.name]} = ", *made))
        if kind.nodes:
            lines[-1] = _line("return ", *made)
        else:
            lines.append(f"    return {X}")
        return "\n".join(lines)

    def build(self) -> str:
        """The function that builds the whole model."""
        spec = self.spec
        lines = [
            f"def build_{spec.name}():",
            f'    """Build the model from the input to the output: {len(self.layers)} layers."""',
            f'    inputs = x = keras.Input({spec.input_shape}, name="{INPUT}")',
        ]
        lines += self.ends("stem", self.account.stem.output_shape)
        for stage, counted in zip(spec.stages, self.account.stages, strict=True):
            lines += ["", f"    # {stage.name}: {_size(counted.output_shape)}", *self.stage(stage)]
        lines += self.ends("head", self.account.head.output_shape)
        return "\n".join([*lines, "", f'    return keras.Model(inputs, x, name="{spec.name}")'])

    def ends(self, part: str, shape: Shape) -> list[str]:
        """The lines of the stem or the head, one a layer."""
        nodes = [node for node in walk(self.spec) if node.part == part]
        lines = [_line("x = ", *self.layer(node, ["x"], _Code(f'"{node.name}"'), {})) for node in nodes]
        return ["", f"    # {part}: {_size(shape)}", *lines] if nodes else []

    def stage(self, stage: StageSpec) -> list[str]:
        """One call for each block of a stage; equal blocks in a row become a loop."""
        lines = []
        first = 1
        for block, row in groupby(stage.blocks):
            kind = self.kinds[block]
            values = "".join(f", {name}={value}" for name, value in kind.arguments[block].items())
            count = len(list(row))
            if count == 1:
                lines.append(f'    x = {kind.name}(x{values}, name="{stage.name}_block{first}")')
            else:
                lines.append(f"    for number in range({first}, {first + count}):")
                lines.append(f'        x = {kind.name}(x{values}, name=f"{stage.name}_block{{number}}")')
            first += count
        return lines

    def layer(
        self, node: Node, reads: list[str], name: _Code, texts: dict[tuple[str, str], str]
    ) -> tuple[str, list[str], str]:
        """The call of one layer: the function, its arguments, and what it is applied to."""
        layer = node.layer
        call = keras_call(layer, 0)
        positional, named = list(call.positional), dict(call.named)
        filters = texts.get((node.name, "filters"))
        if isinstance(layer, PadChannels):
            positional = [_Code(f"((0, 0), (0, {filters or layer.filters} - {reads[0]}.shape[-1]))")]
        elif filters:
            positional[0] = _Code(filters)
        if texts.get((node.name, "stride"), "1") != "1":
            named = {"strides": _Code(texts[node.name, "stride"]), **named}
        shared = {"Conv2D": ("CONV", self.conv), "BatchNormalization": ("BATCH_NORM", self.norm)}
        constant, same = shared.get(call.function, ("", {}))
        own = {key: value for key, value in named.items() if key not in same}
        if isinstance(layer, (Dense, Gate)):
            own |= self.kernel
        arguments = [_text(value) for value in positional]
        arguments += [f"{key}={_text(value)}" for key, value in own.items()]
        arguments += [f"**{constant}"] if same else []
        function = call.function if call.function in OWN else f"layers.{call.function}"
        applied = reads[0] if len(reads) == 1 else f"[{', '.join(reads)}]"
        return function, [*arguments, f"name={name}"], applied


def _docstring(kind: Kind) -> str:
    first, *more = kind.sentences
    if not more:
        return f'    """{first}"""'
    return "\n\n    ".join([f'    """{first}', *more]) + '\n    """'


def _line(start: str, function: str, arguments: list[str], applied: str) -> str:
    """A statement on one line, or on as many as it needs."""
    together = ", ".join(arguments)
    line = f"    {start}{function}({together})({applied})"
    if len(line) <= _LONGEST_LINE:
        return line
    inner = [f"        {together}"]
    if len(inner[0]) > _LONGEST_LINE:
        inner = [f"        {argument}," for argument in arguments]
    return "\n".join([f"    {start}{function}(", *inner, f"    )({applied})"])


def _size(shape: Shape) -> str:
    return written(shape) if len(shape) == 3 else f"{written(shape)} values"


def _text(value: object) -> str:
    if isinstance(value, _Code):
        return value
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _dictionary(named: dict[str, object]) -> str:
    return "{" + ", ".join(f"{json.dumps(key)}: {_text(value)}" for key, value in named.items()) + "}"


def _class_text(file: str) -> str:
    """The text of a layer of our own, from the file that the app itself runs."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    (found,) = (part for part in ast.parse(text).body if isinstance(part, ast.ClassDef))
    return "\n".join(text.splitlines()[found.decorator_list[0].lineno - 1 : found.end_lineno])
