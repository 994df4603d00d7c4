"""What a user waits for first: importing the library, loading the law, one decision at a prompt.

Each figure is taken in fresh processes, and the median of several runs is printed beside its
target. The law is loaded from cold (nothing kept), for the first time (made, then kept) and from
what was kept; then the same for twice the law, which is the packaged law beside a copy of its
largest regime under another name. The ratios come from the same run, because the machine's own
speed drops out of them.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
SETTING = "SANCTIONS_RULES_CACHE"
ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "examples" / "diamond-polished-in-india" / "case.toml"

#: Around what is measured: it prints the seconds that passed, and those of the processor.
TIMED = """
import sys, time
{before}
t, p = time.perf_counter(), time.process_time()
{measured}
print(time.perf_counter() - t, time.process_time() - p)
"""
REGIMES = ("--regime", "us", "--regime", "eu", "--regime", "uk")
LAW = "import sanctions_rules as sr; from sanctions_rules.rulebooks import PACKAGED"
CASE_READ = f"{LAW}; law, case = sr.load(*PACKAGED), sr.read_case(sys.argv[1])"
#: What is run before, and what is measured.
PROGRAMS = {
    "base": ("", "import pydantic, lark"),
    "import": ("", "import sanctions_rules"),
    "load": (LAW, "sr.load(*PACKAGED)"),
    "whole": ("", f"{LAW}; sr.load(*PACKAGED)"),
    "twice": (LAW, "sr.load_path(sys.argv[1], including=PACKAGED)"),
    "decide": (f"{CASE_READ}; law.decide(case)", "for _ in range(20): law.decide(case)"),
    "explain": (
        f"{CASE_READ}; law.decide(case).explain()",
        "for _ in range(20): law.decide(case).explain()",
    ),
}
Figure = tuple[float, float]


def output(cache: str, *arguments: str) -> str:
    """What a fresh process says, with kept rulebooks in this folder."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, SETTING: cache},
        capture_output=True, text=True,
    ).stdout  # fmt: skip


def seconds(cache: str, name: str, *arguments: str, runs: int = RUNS) -> Figure:
    """Median seconds of one of the programs, over fresh processes: passed, and of the processor."""
    before, measured = PROGRAMS[name]
    program = TIMED.format(before=before, measured=measured)
    found = [output(cache, "-c", program, *arguments).split() for _ in range(runs)]
    passed, used = zip(*((float(p), float(u)) for p, u in found), strict=True)
    return statistics.median(passed), statistics.median(used)


def at_the_prompt(cache: str, command: str) -> Figure:
    """Median seconds from start to end of one command, as a user waits for them."""
    waited: list[Figure] = []
    for _ in range(RUNS):
        start, before = time.perf_counter(), os.times()
        output(cache, "-m", "sanctions_rules", command, str(CASE), *REGIMES)
        after = os.times()
        used = sum(after[2:4]) - sum(before[2:4])  # nothing where the system does not count it
        waited.append((time.perf_counter() - start, used))
    passed, used = zip(*waited, strict=True)
    return statistics.median(passed), statistics.median(used)


def copy_under_another_name(folder: Path) -> str:
    """The law of the United States as that of a regime called `xx`."""
    source = ROOT / "sanctions_rules" / "rulebooks" / "us"
    for path in source.rglob("*"):
        target = folder / "xx" / path.relative_to(source)
        if path.suffix in (".csv", ".lock"):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        elif path.suffix == ".rules":
            text = re.sub(r"\bus\.", "xx.", path.read_text(encoding="utf-8"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(re.sub(r"(expect\s+)us\b", r"\1xx", text), encoding="utf-8")
    return str(folder)


def main() -> None:
    print(f"python {sys.version.split()[0]}, median of {RUNS} fresh processes")
    print(f"{'seconds':38}   passed  processor")

    def line(what: str, figure: Figure, target: str = "", times: int = 1) -> None:
        passed, used = (part / times for part in figure)
        print(f"{what:38} {passed:8.3f} {used:10.3f}   {target}".rstrip(), flush=True)

    with tempfile.TemporaryDirectory() as scratch:
        kept, copied = str(Path(scratch) / "kept"), copy_under_another_name(Path(scratch) / "law")
        line("import sanctions_rules", seconds("off", "import"), "target < 0.3")
        cold = seconds("off", "load")
        line("load(all), nothing kept", cold, "target < 4")
        line("load(all), made and kept", seconds(kept, "load", runs=1), "target < 4")
        warm = seconds(kept, "load")
        line("load(all), kept", warm)
        line("imports and load(all), nothing kept", seconds("off", "whole"), "target < 4")
        whole = seconds(kept, "whole")
        line("imports and load(all), kept", whole, "target < 0.3")
        print("more law, by the whole of the US:")
        line("  nothing kept", seconds("off", "twice", copied, runs=3), "target < 4")
        line("  made and kept", seconds(kept, "twice", copied, runs=1), "target < 4")
        line("  kept", seconds(kept, "twice", copied), "target < 0.3")
        line("one decision", seconds(kept, "decide", str(CASE)), times=20)
        line("one decision, explained", seconds(kept, "explain", str(CASE)), times=20)
        output(kept, "-m", "sanctions_rules", "decide", str(CASE), *REGIMES)
        line("`decide` from start to end, kept", at_the_prompt(kept, "decide"), "target < 0.8")
        line("`explain` from start to end, kept", at_the_prompt(kept, "explain"))
        base = seconds("off", "base")
    print(f"load(all), nothing kept / kept                             {cold[1] / warm[1]:6.1f} x")
    print(f"imports and load(all), kept / importing pydantic and lark  {whole[1] / base[1]:6.1f} x")


if __name__ == "__main__":
    main()
