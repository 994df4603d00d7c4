"""The pages that `make pages` looks at: one of each kind of report, and of each kind in the site.

python tests/pages/make.py FOLDER          writes the reports
python tests/pages/make.py --list FOLDER   prints all pages, reports and site
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"

HOMES = ("--home", "us=US", "--home", "eu=DE", "--home", "uk=GB")
#: File, and the command that prints it.
REPORTS = {
    "trace.html": ("explain", "examples/diamond-polished-in-india/case.toml", "--format", "html"),
    "incomplete.html": ("explain", "examples/facts-incomplete/case.toml", "--format", "html"),
    "proof.html": ("explain", "examples/vodka/case.toml", "--format", "html", "--certificate"),
    "compare.html": (
        "compare", "examples/stone-of-0.7-carat/case.toml", *HOMES,
        "--from", "2023-01-01", "--to", "2026-01-31", "--format", "html",
    ),
    "coverage.html": ("coverage", "tests/law/uk/oil.scenarios.toml", "--format", "html"),
}  # fmt: skip
#: One page of the site for each way in which pages are made.
PAGES = (
    "index.html", "command_line.html", "tutorial_new_programme.html", "examples/index.html",
    "law/index.html", "law/us/index.html", "law/us/eo14068.html", "law/us/gl134.html",
    "language/index.html", "language/blocks.html", "language/values-lines.html",
    "language/operators.html", "errors/index.html", "errors/rules.html", "errors/facts.html",
    "reference/python.html", "reference/commands.html",
)  # fmt: skip


def main(arguments: list[str]) -> None:
    folder = Path(arguments[-1])
    if arguments[:-1] == ["--list"]:
        print(*(folder / name for name in REPORTS), *(SITE / page for page in PAGES), sep="\n")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, words in REPORTS.items():
        command = [sys.executable, "-m", "sanctions_rules", *words]
        # a decision's exit code is its outcome: only wrong usage and worse is a failure here
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
        if done.returncode not in (0, 1, 4):
            sys.exit(done.stderr)
        (folder / name).write_text(done.stdout, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
