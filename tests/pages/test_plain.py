"""Names that people gave keep their signs, whatever Markdown makes of such signs."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from resnet_core.ui.plain import plain


@pytest.mark.parametrize(
    "name",
    [
        "hand_of_me_.png",
        "**bold**",
        "![x](http://example.org/x.png)",
        "a [link](b)",
        "`code`",
        "<b>",
        "\\*",
        "# 1",
    ],
)
def test_a_name_is_shown_as_it_is(name: str) -> None:
    (inline,) = [token for token in MarkdownIt().parse(plain(name)) if token.type == "inline"]
    assert {child.type for child in inline.children or ()} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or ()) == name
