"""The site of the documentation: CommonMark as GitHub shows it, by MyST. `make docs` builds it."""

project = "cookiecutter-django-mcp"
extensions = ["myst_parser"]
html_theme = "furo"  # its fonts are those of the reader's system
html_title = project
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
highlight_language = "none"
myst_heading_anchors = 3
suppress_warnings = [
    "misc.highlighting_failure",  # snippets are no whole files
    "myst.header",  # README.md of generated projects begins anew at each part
]
