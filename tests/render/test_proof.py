"""A page that carries its proof: what stands in it, and what it does in a real browser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from command import said
from render.pages import GOLDEN_SCENARIOS, HOSTILE, Page, decided, hostile_decision
from render.test_browser import CHROMIUM, measured

from sanctions_rules.render.html import to_html
from sanctions_rules.render.proof import script
from sanctions_rules.rulebooks.explained import ExplainedDecision

browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@cache
def page_of(name: str) -> str:
    made = hostile_decision() if name == "hostile" else decided(GOLDEN_SCENARIOS[name])
    assert isinstance(made, ExplainedDecision)
    return made.to_html(certificate=True)


def blocks(text: str) -> list[tuple[str, str]]:
    """Scripts as a browser finds them: from each tag to the first that ends it."""
    return re.findall(r"<script([^>]*)>(.*?)</script", text, re.DOTALL | re.IGNORECASE)


@pytest.mark.parametrize("name", [*GOLDEN_SCENARIOS, "hostile"])
def test_the_page_holds_its_proof_and_one_script(name: str) -> None:
    text = page_of(name)
    page = Page(text)
    assert not page.problems
    (kind, data), (attributes, code) = blocks(text)
    assert kind == ' type="application/json" id="sr-proof"'
    assert not attributes
    assert code == script()
    assert set(json.loads(data)) == {
        "certificate",
        "rulebook",
        "aims",
        "facts",
        "rulebook_digest",
        "facts_digest",
    }
    assert not set("<>&") & set(data)
    assert data.isascii()
    assert "<!--" not in text
    assert len(data) < 300_000, "the proof of one regime"
    hashed = b64encode(sha256(code.encode()).digest()).decode()
    assert [v for t, n, v in page.attributes if n == "content" and "default-src" in v] == [
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
        f" script-src 'sha256-{hashed}'"
    ]
    assert not {n for _, n, _ in page.attributes if n.startswith("on") or n in ("src", "style")}
    levels = [level for level, _ in page.headings]
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert "Check this decision" in [title for _, title in page.headings]


def test_a_proof_is_there_when_it_is_asked_for() -> None:
    made = decided(GOLDEN_SCENARIOS["diamond_prohibited"])
    assert isinstance(made, ExplainedDecision)
    assert made.to_html() == to_html(made)
    assert "<script" not in made.to_html()
    with pytest.raises(ValueError, match="put together by hand"):
        ExplainedDecision.of(made).to_html(certificate=True)


def test_the_script_fetches_and_evaluates_nothing() -> None:
    code = script()
    assert not re.search(r"\b(?:fetch|eval|Function|XMLHttpRequest|import|innerHTML|outerHTML|insertAdjacentHTML"
                         r"|document\.write|parseFloat|setTimeout|localStorage)\b", code)  # fmt: skip
    assert "</" not in code
    assert "<!--" not in code


#: Opens folds as a hand would, and tells what it then sees.
DRIVE = """
const frame = document.getElementById("page");
frame.addEventListener("load", async () => {
  const page = frame.contentDocument, section = page.getElementById("sr-check");
  const status = section.querySelector("[role=status]"), said = [];
  const seen = () => new Promise((after) => setTimeout(after, 300));
  for (const turn of [1, 2, 3]) {
    for (const fold of [...section.querySelectorAll("details:not([open])")].slice(0, 40)) fold.open = true;
    await seen();
    said.push(status.textContent);
  }
  const marks = [...section.querySelectorAll("details[open] > summary .mark")].map((e) => e.textContent);
  const summaries = [...section.querySelectorAll("details[open] summary, button")].filter((e) => e.checkVisibility());
  const focusable = summaries.every((e) => { e.focus(); return page.activeElement === e; });
  section.querySelector("button").click();
  await seen();
  document.body.dataset.found = JSON.stringify({
    said, marks, focusable, all: status.textContent, folds: section.querySelectorAll("details").length,
    scroll: page.documentElement.scrollWidth, ran: frame.contentWindow.ran ?? null,
    loaded: frame.contentWindow.performance.getEntriesByType("resource").length,
    small: [...section.querySelectorAll("*")].filter(
      (e) => parseFloat(frame.contentWindow.getComputedStyle(e).fontSize) < 12).length,
  });
});
"""


@browser
@pytest.mark.parametrize("name", ["diamond_prohibited", "bank_exposed", "hostile"])
def test_a_browser_ticks_each_step_that_is_opened(name: str, tmp_path: Path) -> None:
    found = measured(page_of(name), tmp_path, 360, DRIVE)
    assert len(found["marks"]) > 20
    assert set(found["marks"]) == {" · ✓ checked"}
    assert all(s.startswith("✓ ") and s.endswith(": checked") for s in found["said"])
    assert re.fullmatch(r"✓ \d+ steps, \d+ facts and every answer: checked", found["all"])
    assert found["focusable"], "each fold and the button can be reached by keyboard"
    assert found["scroll"] <= 360
    assert found["loaded"] == 0
    assert found["small"] == 0
    assert found["ran"] is None


@browser
def test_a_browser_names_the_rule_that_refuses(tmp_path: Path) -> None:
    text = page_of("diamond_prohibited")
    data = blocks(text)[0][1]
    proof: dict[str, Any] = json.loads(data)
    row = next(r for r in proof["certificate"]["steps"] if r[1] == "t" and not r[0][0])
    row[1] = "f"
    forged = text.replace(data, json.dumps(proof, separators=(",", ":"), sort_keys=True))
    found = measured(forged, tmp_path, 800, DRIVE)
    kind = proof["certificate"]["names"][row[0][0]]
    assert found["all"].startswith(f"✗ refused by the rule {kind}: ")


@browser
def test_no_other_script_runs(tmp_path: Path) -> None:
    """The policy names one script by its hash; what slipped in beside it does not run."""
    slipped = "</main><script>window.ran = true</script>"
    text = page_of("diamond_prohibited").replace("</main>", slipped)
    assert measured(text, tmp_path, 800, DRIVE)["ran"] is None
    without = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert measured(without, tmp_path, 800, DRIVE)["ran"] is True


def test_names_in_the_proof_cannot_end_its_block() -> None:
    held = {"names": [*HOSTILE, "</script><!--<script>", "]]>", "\ud800"]}
    text = to_html(decided(GOLDEN_SCENARIOS["diamond_prohibited"]), proof=json.dumps(held))
    found = blocks(text)
    assert len(found) == 2
    assert json.loads(found[0][1]) == held
    assert not Page(text).problems


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "case.toml"
    case.write_text('[act]\nkind = "supply"\n', encoding="utf-8")
    asked = ("explain", case, "--regime", "eu")
    assert len(blocks(said(capsys, *asked, "--format", "html", "--certificate")[1])) == 2
    assert not blocks(said(capsys, *asked, "--format", "html")[1])
    code, _, error = said(capsys, *asked, "--certificate")
    assert code == 2
    assert "goes with --format html" in error
