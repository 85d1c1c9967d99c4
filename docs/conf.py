"""Settings of the documentation's build."""

from __future__ import annotations

project = "leadcard"
author = "the leadcard maintainers"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["build"]
html_theme = "alabaster"
_SANS = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
html_theme_options = {
    "description": "Lead scorecards as plain text",
    "fixed_sidebar": True,
    "page_width": "1080px",
    "font_family": _SANS,
    "head_font_family": _SANS,
    "font_size": "16px",
    "show_powered_by": False,
}
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["leadcard.css"]
html_show_sourcelink = False
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
highlight_language = "none"
# Bad examples are bad on purpose.
suppress_warnings = ["misc.highlighting_failure"]


def setup(app: object) -> None:
    """Let fences name the languages of this project."""
    from typing import ClassVar

    from pygments.lexer import RegexLexer
    from pygments.lexers.data import YamlLexer
    from pygments.lexers.special import TextLexer
    from pygments.token import Comment, Generic, Number, String, Text
    from sphinx.highlighting import lexers

    class ScorecardLexer(RegexLexer):
        """Comments, headers, quotes and points; all else is plain text."""

        name = "scorecard"
        tokens: ClassVar = {
            "root": [
                (r"(?m)(^|(?<=\s))#.*?$", Comment),
                (r"(?m)^[^\n:]*:[ ]*$", String.Escape),
                (r'"[^"\n]*"', String),
                (r"(?<=: )\+\d+(\.\d+)?", Number.Integer),
                (r"(?<=: )-\d+(\.\d+)?|(?<=: )disqualify", Generic.Deleted),
                (r"[^\s#\":]+", Text),
                (r"[\s\S]", Text),
            ],
        }

    lexers["scorecard"] = ScorecardLexer()
    lexers["leads"] = YamlLexer()
    lexers["console"] = TextLexer()
