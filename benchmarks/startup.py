"""What a user waits for first: importing the library, and loading the law from cold.

Each figure is taken in fresh processes, and the median of several runs is printed beside its
target. The last line is the ratio of loading to importing pydantic and lark alone, in the same
run, because the machine's own speed drops out of it.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 7
IMPORT = (
    "import time; t = time.perf_counter(); import sanctions_rules; print(time.perf_counter() - t)"
)
LOAD = (
    "import sanctions_rules as sr, time; t = time.perf_counter(); sr.load('us'); "
    "print(time.perf_counter() - t)"
)
WHOLE = "import time; t = time.perf_counter(); import sanctions_rules as sr; sr.load('us'); print(time.perf_counter() - t)"
BASE = "import time; t = time.perf_counter(); import pydantic, lark; print(time.perf_counter() - t)"
DECIDE = """
import sys, time, sanctions_rules as sr
law = sr.load("us")
case = sr.read_case(sys.argv[1])
law.decide(case)
t = time.perf_counter()
for _ in range(50):
    law.decide(case)
print((time.perf_counter() - t) / 50)
"""


def seconds(program: str, *arguments: str) -> float:
    """Median seconds that the program prints, over fresh processes."""
    runs = [
        float(
            subprocess.run(
                [sys.executable, "-c", program, *arguments],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for _ in range(RUNS)
    ]
    return statistics.median(runs)


def main() -> None:
    base, imported, loaded, whole = seconds(BASE), seconds(IMPORT), seconds(LOAD), seconds(WHOLE)
    decided = seconds(DECIDE, "examples/diamond-polished-in-india/case.toml")
    print(f"python {sys.version.split()[0]}, median of {RUNS} fresh processes")
    print(f"import sanctions_rules               {imported:6.3f} s   target < 0.3 s")
    print(f"load('us'): parse and compile, cold  {loaded:6.3f} s   target < 1.5 s")
    print(f"both together                        {whole:6.3f} s")
    print(f"one decision by the interpreter      {decided * 1000:6.2f} ms")
    print(f"both / importing pydantic and lark   {whole / base:6.1f} x")


if __name__ == "__main__":
    main()
