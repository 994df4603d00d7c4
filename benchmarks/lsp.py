"""How soon an editor hears of an edit: diagnostics and hover over standard input and output.

For each packaged rulebook its largest file is open. At seeded places one character is put in, left
out or replaced; the clock runs from before the edit is sent until both the diagnostics of the new
text and the answer to a hover, asked at once at a seeded name of the file, have come. Then the
edit is taken back, which is timed by itself. With `--pause` edits come after up to so many
seconds: lint then runs between them, and edits and hovers meet it on its way.

    PYTHONPATH=tests python -m benchmarks.lsp [REGIME …] [--edits 200] [--seed 1] [--pause 0] [--no-lint]
"""

from __future__ import annotations

import argparse
import os
import random
import re
import time
from importlib.resources import files
from pathlib import Path

from lsp.wire import Wire, edit, place

LETTERS = 'abcxyz019 .,"#§_(\n'


def measure(
    regime: str, edits: int, seed: int, pause: float = 0.0, lint: bool = True
) -> dict[str, list[float]]:
    """Seconds of each edit, of each return to the text as it was, of opening it, and of processor."""
    folder = Path(str(files("sanctions_rules") / "rulebooks" / regime))
    path = max(folder.rglob("*.rules"), key=lambda p: p.stat().st_size)
    text, uri = path.read_text(encoding="utf-8"), path.as_uri()
    chosen = random.Random(seed)
    names = [m.start() for m in re.finditer(r"§|\b(?:us|eu|uk)\.", text)]
    found: dict[str, list[float]] = {"edit": [], "back": [], "open": [], "cpu": []}
    with Wire(folder, lint=lint) as wire:
        start = time.perf_counter()
        wire.open(uri, text)
        found["open"].append(time.perf_counter() - start)
        busy = _busy(wire.process.pid)
        for _ in range(edits):
            at = chosen.randrange(len(text))
            cut, put = chosen.choice([(0, 1), (1, 0), (1, 1)])
            letter = chosen.choice(LETTERS) if put else ""
            new = text[:at] + letter + text[at + cut :]
            hover = _position(new, chosen.choice(names))
            time.sleep(pause * chosen.random())
            first, last = _position(text, at), _position(text, at + cut)
            found["edit"].append(_heard(wire, uri, edit(first, last, letter), hover))
            first, last = _position(new, at), _position(new, at + len(letter))
            time.sleep(pause * chosen.random())
            found["back"].append(_heard(wire, uri, edit(first, last, text[at : at + cut]), hover))
        if busy:
            found["cpu"].append((_busy(wire.process.pid) - busy) / edits / 2)
        wire.close()
    return found


def _busy(process: int) -> float:
    """Seconds of processor that a process has used; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _heard(wire: Wire, uri: str, change: dict[str, object], hover: tuple[int, int]) -> float:
    before = len(wire.published)
    start = time.perf_counter()
    wire.change(uri, change)
    wire.request("textDocument/hover", wire.at(uri, *hover))
    wanted = uri, wire.versions[uri]
    while not any(heard[:2] == wanted for heard in wire.published[before:]):
        wire.heard_of(uri)
    return time.perf_counter() - start


def _position(text: str, at: int) -> tuple[int, int]:
    return place(text[:at] + "\0", "\0")


def _line(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    shown = (ordered[min(len(ordered) - 1, int(len(ordered) * q))] for q in (0.5, 0.95, 1.0))
    return f"{name:8}" + "".join(f"{second * 1000:10.1f}" for second in shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("regimes", nargs="*", default=["us", "eu"], metavar="REGIME")
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--no-lint", action="store_true")
    given = parser.parse_args()
    print("milliseconds     p50       p95       max")
    for regime in given.regimes:
        for name, seconds in measure(
            regime, given.edits, given.seed, given.pause, not given.no_lint
        ).items():
            if seconds:
                print(_line(f"{regime} {name}", seconds))


if __name__ == "__main__":
    main()
