"""The page in a real browser: no sideways scrolling on a phone, folds that open in print.

Runs Chromium without a window and without a network; skipped where there is none.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from render.pages import GOLDEN_SCENARIOS, decided, hostile_decision
from render.test_compared import hostile, through_time

from sanctions_rules.decision import Decision
from sanctions_rules.render.html import to_html

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

#: What the page looks like from inside, at the width of a small phone.
MEASURE = """
const frame = document.getElementById("page");
frame.addEventListener("load", () => {
  const page = frame.contentDocument, root = page.documentElement;
  const view = frame.contentWindow;
  const seen = [...page.querySelectorAll("summary, a")];
  for (const fold of page.querySelectorAll("details")) fold.open = true;
  document.body.dataset.found = JSON.stringify({
    width: view.innerWidth,
    scroll: root.scrollWidth,
    wide: [...page.querySelectorAll("body *")].filter(
      (e) => e.getBoundingClientRect().right > view.innerWidth + 0.5).map(
        (e) => e.outerHTML.slice(0, 80)),
    focusable: seen.every((e) => { e.focus(); return page.activeElement === e; }),
    small: [...page.querySelectorAll("p, li, dd, dt, h1, h2, h3, h4, summary")].filter(
      (e) => parseFloat(view.getComputedStyle(e).fontSize) < 12).length,
    word: page.querySelector(".word").textContent,
    loaded: view.performance.getEntriesByType("resource").length,
  });
});
"""


def browse(page: Path, folder: Path, *flags: str) -> str:
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}",
            "--window-size=800,900", *flags, page.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def measured(text: str, folder: Path, width: int, measure: str = MEASURE) -> dict[str, Any]:
    """The page in a frame of that width, and what a script outside it sees there."""
    frame = f'<iframe id="page" width="{width}" height="800" style="border:0"></iframe>'
    wrapper = folder / "wrapper.html"
    wrapper.write_text(
        f'<!doctype html><meta charset="utf-8"><body style="margin:0">{frame}<script>{measure}'
        f"frame.srcdoc = {json.dumps(text).replace('</', '<' + chr(92) + '/')};</script>",
        encoding="utf-8",
    )
    dumped = browse(wrapper, folder, "--virtual-time-budget=5000", "--dump-dom")
    match = re.search(r'data-found="([^"]*)"', dumped)
    assert match is not None, dumped[:500]
    return json.loads(html.unescape(match[1]))


def pages() -> list[Any]:
    found = [pytest.param(decided(n), id=k) for k, n in GOLDEN_SCENARIOS.items()]
    return [*found, pytest.param(hostile_decision(), id="hostile")]


@pytest.mark.parametrize("decision", pages())
def test_a_phone_needs_no_sideways_scrolling(decision: Decision, tmp_path: Path) -> None:
    found = measured(to_html(decision), tmp_path, 360)
    assert found["width"] == 360
    assert found["scroll"] <= 360
    assert found["wide"] == []
    assert found["focusable"], "each fold and link can be reached by keyboard"
    assert found["small"] == 0, "no text under 12 pixels"
    assert found["word"].upper().replace(" ", "_") == str(decision["us"].outcome)
    assert found["loaded"] == 0, "nothing is loaded from anywhere"


@pytest.mark.parametrize("made", [through_time, hostile])
def test_a_comparison_scrolls_within_its_tables_only(made: Any, tmp_path: Path) -> None:
    found = measured(made().to_html(), tmp_path, 360)
    assert found["scroll"] <= 360
    assert found["focusable"]
    assert found["small"] == 0
    assert found["loaded"] == 0


def test_the_measure_sees_a_page_that_is_too_wide(tmp_path: Path) -> None:
    text = to_html(decided(GOLDEN_SCENARIOS["diamond_prohibited"]))
    wide = text.replace("<main>", '<main><p class="wide">' + "x" * 200 + "</p>")
    wide = wide.replace("overflow-wrap:anywhere", "overflow-wrap:normal")
    found = measured(wide, tmp_path, 360)
    assert found["scroll"] > 360


def sheets(text: str, folder: Path) -> int:
    page, sheet = folder / "page.html", folder / "page.pdf"
    page.write_text(text, encoding="utf-8")
    browse(page, folder, "--no-pdf-header-footer", f"--print-to-pdf={sheet}")
    return len(re.findall(rb"/Type\s*/Page\b", sheet.read_bytes()))


def test_folds_open_in_print(tmp_path: Path) -> None:
    """As many sheets as with every fold open, and more than without the rule that opens them."""
    text = to_html(decided("US-P-002: fresh farmed salmon from Chile"))
    assert text.count("<details>") > 5
    printed = sheets(text, tmp_path)
    assert printed == sheets(text.replace("<details>", "<details open>"), tmp_path)
    assert printed > sheets(text.replace("::details-content", "::nothing"), tmp_path)
