"""The documentation as a site: every link leads somewhere, and no page is left out."""

import sys

from testing.harness import ROOT, run


def test_it_builds_without_a_warning() -> None:
    run(sys.executable, "scripts/docs_site.py", cwd=ROOT)
    html = ROOT / ".cache" / "site" / "html"
    front = (html / "index.html").read_text(encoding="utf-8")
    assert 'href="project/docs/oauth.html"' in front
    assert "{% " not in (html / "project" / "docs" / "tenancy.html").read_text(encoding="utf-8")
    for page in html.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "fonts.googleapis" not in text, "its reader's browser would ask another site"
