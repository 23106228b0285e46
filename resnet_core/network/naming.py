"""By which names the layers of a network go in files of weights that other programs wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from resnet_core.network.accounting import account
from resnet_core.network.applications import application_names
from resnet_core.network.graph import walk
from resnet_core.network.spec import BatchNorm, Conv, Dense, NetworkSpec

OWN, APPLICATIONS, COURSE, NUMBERED = (
    "this app",
    "keras.applications",
    "the course notebook",
    "numbers in the order of making",
)
_HEAD = re.compile(r"predictions|probs|logits|fc\d*|(head_)?dense(_?\d+)?")
_IN_BLOCK = re.compile(r"conv(\d+)_block(\d+)_(branch|shortcut)_(conv|bn)(\d+)")
_AUTOMATIC = {Conv: "conv2d", BatchNorm: "batch_normalization"}


@dataclass(frozen=True)
class Naming:
    """How one file names the layers of one network.

    Attributes:
        title: whose names these are.
        names: their name for each of our layers with weights; one that has none there is left out.
        head: our last dense layer, or "" where there is none.
        foreign: names in the file that belong to no layer of the network, its head set aside.
    """

    title: str
    names: dict[str, str]
    head: str
    foreign: tuple[str, ...]


def naming(spec: NetworkSpec, found: Collection[str]) -> Naming:
    """The naming that explains the most of the layers `found` in a file.

    Args:
        spec: the network whose weights are wanted.
        found: names of layers with weights.

    Returns:
        It may explain nothing: then `names` is empty, but for the head perhaps.
    """
    ours = [layer.name for layer in account(spec).layers if layer.parameters]
    head = next((node.name for node in reversed(walk(spec)) if isinstance(node.layer, Dense)), "")
    body = [name for name in ours if name != head]
    candidates = {
        OWN: {name: name for name in body},
        APPLICATIONS: {name: their for name, their in application_names(spec).items() if name != head},
        COURSE: {name: their for name in body if (their := _in_the_course(name))},
        NUMBERED: _numbered(spec, body, found),
    }
    there = {
        title: {our: their for our, their in names.items() if their in found}
        for title, names in candidates.items()
    }
    title = max(there, key=lambda each: len(there[each]))  # the first of equal ones
    names, rest = there[title], set(found) - set(there[title].values())
    heads = sorted(name for name in rest if _HEAD.fullmatch(name))
    if head and len(heads) == 1:
        names = {**names, head: heads[0]}
    return Naming(title, names, head, tuple(sorted(rest - set(heads))))


def expected_name(spec: NetworkSpec, layer: str, title: str) -> str:
    """What a file with the names of `title` would call our `layer`; our own name where that is not known."""
    if title == APPLICATIONS:
        return application_names(spec).get(layer, layer)
    return (_in_the_course(layer) if title == COURSE else "") or layer


def _in_the_course(name: str) -> str:
    """`conv2_block1_branch_conv1` is `res2a_branch2a` there, its batch norm `bn2a_branch2a`."""
    if name in ("stem_conv1", "stem_bn1"):
        return "conv1" if name == "stem_conv1" else "bn_conv1"
    match = _IN_BLOCK.fullmatch(name)
    if match is None or int(match[2]) > len(_LETTERS) or int(match[5]) > len(_LETTERS):
        return ""
    stage, block, part, kind, number = match.groups()
    branch = "1" if part == "shortcut" else f"2{_LETTERS[int(number) - 1]}"
    return f"{'res' if kind == 'conv' else 'bn'}{stage}{_LETTERS[int(block) - 1]}_branch{branch}"


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _numbered(spec: NetworkSpec, body: Iterable[str], found: Collection[str]) -> dict[str, str]:
    """Layers that Keras named: `conv2d`, `conv2d_1`, ..., in the order in which a program made them."""
    wanted = set(body)
    names: dict[str, str] = {}
    for kind, automatic in _AUTOMATIC.items():
        ours = [node.name for node in walk(spec) if isinstance(node.layer, kind) and node.name in wanted]
        pattern = re.compile(rf"{automatic}(?:_(\d+))?")
        numbers = {name: int(match[1] or 0) for name in found if (match := pattern.fullmatch(name))}
        names.update(zip(ours, sorted(numbers, key=numbers.__getitem__), strict=False))
    return names
