"""What mkdocs asks while it builds: the generated pages, and links that fit the site.

`SANCTIONS_RULES_DAY` (as 2026-11-27) sets the day on which the law is shown, so that a build can be
made again; without it, it is today. `build/coverage.json`, where it is there, is shown with the law.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.utils import get_relative_url

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
#: What the plugin `offline` would have each page fetch from another host, and our copy of it.
SHIM = "https://unpkg.com/iframe-worker/shim"
COPY = "site/iframe-worker.js"

from sitepages import ROOT, documents, pages  # noqa: E402


def on_files(files: Files, config: Any) -> Files:
    day = os.environ.get("SANCTIONS_RULES_DAY")
    coverage = ROOT / "build" / "coverage.json"
    made = pages(
        date.fromisoformat(day) if day else date.today(), coverage if coverage.is_file() else None
    )
    for path, text in made.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    if page.file.generated_by:
        return markdown
    return documents.rewritten(f"docs/{page.file.src_uri}", markdown)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    return _mended(output, get_relative_url(COPY, page.url))


def on_post_template(output_content: str, template_name: str, **_: Any) -> str:
    return _mended(output_content, f"/{COPY}")


def _mended(page: str, shim: str) -> str:
    """Nothing is fetched from elsewhere, and the box for searching says what it is."""
    return page.replace(SHIM, shim).replace('role="dialog">', 'role="dialog" aria-label="Search">')
