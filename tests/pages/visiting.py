"""Opening one page of the app through Streamlit's AppTest, at an address, as a link would."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from resnet_core.ui.navigation import ROOT

PATIENCE = 60.0


def visit(name: str, **address: str) -> AppTest:
    """Opens a page.

    Args:
        name: Of the page, as in `resnet_core.ui.navigation.PLACES`.
        **address: What stands in the address behind the question mark.

    Returns:
        The page after its first run.
    """
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    for key, value in address.items():
        app.query_params[key] = value
    return app.switch_page(f"pages/{name}.py").run()


def words(app: AppTest) -> str:
    """Everything that the page says in titles, Markdown, notices and captions, without the escapes."""
    kinds = (
        app.title,
        app.subheader,
        app.markdown,
        app.caption,
        app.info,
        app.success,
        app.warning,
        app.error,
    )
    return "\n".join(str(element.value).replace("\\", "") for kind in kinds for element in kind)


def pictures(app: AppTest) -> str:
    """The HTML that the page draws, which is where its photographs are."""
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def raised(app: AppTest) -> list[str]:
    """The exceptions that the page shows, as text."""
    return [str(element.value) for element in app.exception]
