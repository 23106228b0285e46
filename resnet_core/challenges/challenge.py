"""Challenges for self-study: a task on the block builder, checked by looking at the block that was built.

There are two kinds. In one a block is built until it meets every condition; in the other one of some blocks
is chosen, and the reason why. `text` reads both from a text file.
"""

from __future__ import annotations

from dataclasses import dataclass

from resnet_core.challenges.called import timed
from resnet_core.challenges.condition import Condition
from resnet_core.network.spec import BlockSpec, Shape

Bench = tuple[BlockSpec, Shape]
"""A block and the (height, width, channels) that enters it."""


@dataclass(frozen=True)
class BlockAnswer:
    """One of the blocks to choose from; `hint` is said when it is chosen and not right."""

    block: BlockSpec
    shape: Shape
    right: bool
    hint: str


@dataclass(frozen=True)
class Reason:
    """One of the reasons to choose from; `hint` is said when it is chosen and not right."""

    text: str
    right: bool
    hint: str


@dataclass(frozen=True)
class Challenge:
    """A task.

    Attributes:
        name: in addresses.
        title: a few words.
        task: one or two sentences.
        after: what it teaches, told when it is solved.
        source: of what is told then; may be empty.
        start: the block to begin from; None where a question is asked.
        conditions: what the block must be.
        solution: one block that solves it, shown only to who asks; None where a question is asked.
        blocks: of a question, one of them right.
        reasons: of a question, one of them right.
    """

    name: str
    title: str
    task: str
    after: str
    source: str = ""
    start: Bench | None = None
    conditions: tuple[Condition, ...] = ()
    solution: Bench | None = None
    blocks: tuple[BlockAnswer, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that is asked.

    Attributes:
        demand: what is asked, in a few words.
        missing: why it is not met yet, a hint made from what the learner did; empty where it is met.
    """

    demand: str
    missing: str

    @property
    def met(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True)
class Verdict:
    """Everything that a challenge asks, met or not."""

    findings: tuple[Finding, ...]

    @property
    def solved(self) -> bool:
        """Whether everything is met."""
        return all(finding.met for finding in self.findings)

    @property
    def hints(self) -> tuple[str, ...]:
        """The hints for what is not met, in order."""
        return tuple(finding.missing for finding in self.findings if not finding.met)


def check(challenge: Challenge, block: BlockSpec, shape: Shape) -> Verdict:
    """Look at a block for a challenge that asks for one.

    Args:
        challenge: with conditions.
        block: what the learner built; its shapes need not fit.
        shape: (height, width, channels) that enters it.

    Raises:
        ValueError: the challenge asks a question instead, or the shape is not three numbers from 1 to 4096.
    """
    if challenge.start is None:
        raise ValueError(f"The challenge {challenge.name} asks for a choice, not for a block.")
    wanted = challenge.start[1]
    changed = f"{timed(shape)} enters now; set it back to {timed(wanted)}." if shape != wanted else ""
    findings = [Finding(f"{timed(wanted)} enters the block", changed)]
    for condition in challenge.conditions:
        missing = condition.missing(block, shape)
        hint = f"{missing} {condition.hint}".strip() if missing else ""
        findings.append(Finding(condition.demand(), hint))
    return Verdict(tuple(findings))


def judge(challenge: Challenge, block: int, reason: int) -> Verdict:
    """Look at the answer to a challenge that asks a question.

    Args:
        challenge: with blocks and reasons.
        block: the number of the chosen block, from 0.
        reason: the number of the chosen reason, from 0.

    Raises:
        ValueError: there is no such block or reason.
    """
    for what, number, answers in (("block", block, challenge.blocks), ("reason", reason, challenge.reasons)):
        if not 0 <= number < len(answers):
            raise ValueError(f"A {what} from 0 to {len(answers) - 1} is expected, but {number} came.")
    chosen, why = challenge.blocks[block], challenge.reasons[reason]
    return Verdict(
        (
            Finding("The block is the right one", "" if chosen.right else chosen.hint),
            Finding("The reason is the right one", "" if why.right else why.hint),
        )
    )


def faults(challenge: Challenge) -> tuple[str, ...]:
    """What is wrong with a challenge that can be read: it is solved at its start, or not by its solution."""
    if challenge.start is None or challenge.solution is None:
        return ()
    found = []
    if check(challenge, *challenge.start).solved:
        found.append(f"Challenge {challenge.name}: its start solves it already.")
    hints = check(challenge, *challenge.solution).hints
    if hints:
        found.append(f"Challenge {challenge.name}: its solution does not solve it. {' '.join(hints)}")
    return tuple(found)
