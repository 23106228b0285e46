"""Challenges on a page: begun on demand, checked against the bench, hinted at one by one, and kept solved."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.challenges.challenge import check
from resnet_core.challenges.text import SHIPPED, load
from resnet_core.network.blocktext import read, write
from resnet_core.network.presets import PRESETS
from resnet_core.ui.challenges import CHALLENGE, CHALLENGE_OPTIONS
from tests.pages.visiting import PATIENCE

ALL = {challenge.name: challenge for challenge in load(SHIPPED)}
IDENTITY = write(PRESETS["identity_block"].block, PRESETS["identity_block"].shape)
BASIC = write(PRESETS["basic"].block, PRESETS["basic"].shape)
EVIL = "<img src=x onerror=alert(1)> [x](http://evil) `*_"


def bench() -> None:
    import streamlit as st

    from resnet_core.network.blocktext import read, write
    from resnet_core.network.spec import BlockSpec, Shape
    from resnet_core.ui.challenges import CHALLENGE_OPTIONS, show_challenges
    from resnet_core.ui.state import adopt

    def put(block: BlockSpec, shape: Shape) -> None:
        st.session_state["bench"] = write(block, shape)

    adopt(*CHALLENGE_OPTIONS)
    show_challenges(*read(st.session_state["bench"]), put)


def at(text: str, **address: str) -> AppTest:
    app = AppTest.from_function(bench, default_timeout=PATIENCE)
    app.session_state["bench"] = text
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> str:
    kinds = (app.markdown, app.info, app.error)
    return "\n".join(str(one.value).replace("\\", "") for kind in kinds for one in kind)


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label.replace("\\", "").startswith(label)]
    return button.click().run()


def labels(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def test_nothing_is_checked_until_the_learner_begins() -> None:
    app = at(IDENTITY)
    assert not app.exception
    assert "not begun" in words(app)
    assert "Nothing is checked until you begin." in words(app)
    assert "met" not in words(app)
    press(app, "Check the block on the bench")
    assert "4 of 4 conditions met." in words(app)
    assert "✓ Solved." in words(app)
    assert "Solved in this session: 1 of 12 (number 1)" in words(app)
    assert ALL["identity"].after in words(app)


def test_a_challenge_is_begun_built_and_followed_by_the_next() -> None:
    app = at(BASIC, challenge="preactivation")
    press(app, "Start from here")
    challenge = ALL["preactivation"]
    assert challenge.start
    assert read(app.session_state["bench"]) == challenge.start
    verdict = check(challenge, *challenge.start)
    met = sum(finding.met for finding in verdict.findings)
    assert f"{met} of {len(verdict.findings)} conditions met." in words(app)
    assert words(app).count("not yet") == len(verdict.hints)
    assert challenge.after not in words(app)

    app.session_state["bench"] = "16x16x64 | bn relu 3x3,64 bn relu 3x3,64 | id"
    app.run()
    assert "✓ Solved." in words(app)
    assert challenge.after in words(app)
    assert "He et al. 2016, figure 4e and Table 2" in words(app)
    press(app, "Next: Begin as the identity")
    assert app.query_params["challenge"] in ("zero_start", ["zero_start"])
    assert "Solved in this session: 1 of 12 (number 9)" in words(app)


def test_hints_come_one_at_a_time_and_follow_the_block() -> None:
    app = at(BASIC, challenge="preactivation")
    press(app, "Start from here")
    assert not app.info
    press(app, "Show a hint")
    assert [one.value for one in app.info] == [
        "On its way past the branch, x meets a ReLU: layer 1 after the addition."
    ]
    press(app, "Another hint")
    assert "Directly before the 3×3 convolution" in app.info[0].value
    press(app, "Another hint")
    assert "x meets a ReLU" in app.info[0].value
    app.session_state["bench"] = "16x16x64 | 3x3,64 bn relu 3x3,64 bn | id"
    app.run()
    assert not app.info  # that condition is met now
    assert "Show a hint" in labels(app)


def test_a_solution_is_shown_only_to_who_asks_and_is_not_counted() -> None:
    challenge = ALL["halve"]
    app = at(BASIC, challenge="halve")
    press(app, "Start from here")
    assert challenge.solution
    assert write(*challenge.solution) not in words(app)
    press(app, "Show a solution")
    assert read(app.session_state["bench"]) == challenge.solution
    assert "solution shown" in words(app)
    assert "This is one way." in words(app)
    assert "Solved in this session: 0 of 12" in words(app)
    press(app, "Start again from here")
    assert "solution shown" not in words(app)
    app.session_state["bench"] = write(*challenge.solution)
    app.run()
    assert "Solved in this session: 1 of 12" in words(app)


@pytest.mark.parametrize("name", [name for name, one in ALL.items() if one.blocks])
def test_a_question_is_answered_by_a_block_and_a_reason(name: str) -> None:
    challenge = ALL[name]
    right = next(i for i, one in enumerate(challenge.blocks) if one.right)
    reason = next(i for i, one in enumerate(challenge.reasons) if one.right)
    wrong = (right + 1) % len(challenge.blocks)
    app = at(BASIC, challenge=name)
    assert not app.exception
    assert words(app).count("<svg") == len(challenge.blocks)
    press(app, "Set A on the bench")
    assert read(app.session_state["bench"]) == (challenge.blocks[0].block, challenge.blocks[0].shape)
    which, why = app.radio
    assert (which.value, why.value) == (None, None)
    which.set_value(wrong)
    why.set_value(reason).run()
    press(app, "Check the answer")
    assert "1 of 2 conditions met." in words(app)
    press(app, "Show a hint")
    assert [one.value.replace("\\", "") for one in app.info] == [challenge.blocks[wrong].hint]
    app.radio[0].set_value(right).run()
    assert "conditions met" not in words(app)  # another answer has not been checked yet
    press(app, "Check the answer")
    assert "✓ Solved." in words(app)
    assert challenge.after in words(app)


def test_an_answer_that_was_shown_is_not_counted() -> None:
    app = at(BASIC, challenge="which_fails")
    app.radio[0].set_value(0)
    app.radio[1].set_value(0).run()
    press(app, "Check the answer")
    press(app, "Show the answer")
    assert "It is block B." in words(app)
    app.radio[0].set_value(1)
    app.radio[1].set_value(1).run()
    press(app, "Check the answer")
    assert "not counted as solved" in words(app)
    assert "Solved in this session: 0 of 12" in words(app)


@pytest.mark.parametrize("name", ALL)
def test_every_challenge_can_be_opened_by_its_address(name: str) -> None:
    app = at(BASIC, challenge=name)
    assert not app.exception
    assert not app.info
    assert ALL[name].task in words(app)
    assert CHALLENGE_OPTIONS == (CHALLENGE,)


def test_a_wrong_name_in_the_address_is_told() -> None:
    app = at(BASIC, challenge="<script>")
    assert not app.exception
    assert "The address says challenge = script" in app.info[0].value
    assert "<script>" not in words(app)


def test_what_a_file_says_never_becomes_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    evil = EVIL.replace('"', "")
    file.write_text(
        f"""
[[challenge]]
name = "evil"
title = "{evil}"
task = "{evil}"
start = "8x8x4 | id | id"
conditions = [{{ check = "has_shortcut", hint = "{evil}" }}, {{ check = "preactivated", hint = "{evil}" }}]
solution = "8x8x4 | bn relu 3x3,4 | id"
after = "{evil}"
source = "{evil}"

[[challenge]]
name = "worse"
title = "{evil}"
task = "{evil}"
blocks = [{{ block = "8x8x4 | id | id", right = true }}, {{ block = "8x8x4 | bn | id", hint = "{evil}" }}]
reasons = [{{ text = "{evil}", right = true }}, {{ text = "no {evil}", hint = "{evil}" }}]
after = "{evil}"
""",
        encoding="utf-8",
    )
    monkeypatch.setenv("RESNET_CHALLENGES", str(file))
    app = at(BASIC, challenge="evil")
    press(app, "Start from here")
    press(app, "Show a hint")
    said = [str(one.value) for kind in (app.markdown, app.info) for one in kind]
    press(app, "Show a solution")
    said += [str(one.value) for one in app.markdown] + labels(app)
    worse = at(BASIC, challenge="worse")
    said += [str(one.value) for one in worse.markdown] + worse.radio[1].options
    ours = [text for text in said if "onerror" in text]
    assert len(ours) >= 7
    assert not any("<img" in text.replace("\\<img", "") for text in ours)
    assert not any("[x](" in text.replace("\\[x\\](", "") for text in ours)


def test_a_broken_file_is_one_sentence_and_the_rest_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("<b>junk", encoding="utf-8")
    monkeypatch.setenv("RESNET_CHALLENGES", str(file))
    app = at(BASIC)
    assert len(app.error) == 1
    assert "written in TOML" in app.error[0].value
    press(app, "Start from here")
    assert "conditions met." in words(app)
