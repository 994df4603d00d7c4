"""Time and memory of each refusal, each in a process of its own: `make hostile`.

The start of the interpreter and what the path imports are measured apart, by a harmless input of the
same path, and taken off. Targets: under 1 s and under 300 MiB in all. Exits with 1 above either.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from hostile.all_inputs import INPUTS
from hostile.inputs import PATHS, Input, answered, text

SECONDS, MIB = 1.0, 300

#: Of each path an input that is small and does no harm, whatever it earns.
HARMLESS = tuple(Input(0, path, "harmless", text("{}"), "", "") for path in PATHS)


def child(index: int) -> None:
    import resource
    import time

    one = (*HARMLESS, *INPUTS)[index]
    with tempfile.TemporaryDirectory() as folder:
        small = next(h for h in HARMLESS if h.path == one.path)
        began = time.process_time()
        answered(small, Path(folder))  # imports what the path needs
        start = time.process_time() - began
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        found = answered(one, Path(folder))
        taken = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    right = any(code == one.code and one.said in said for code, said in found)
    print(json.dumps([start, taken, before, most, right]))


def main() -> int:
    slowest = (0.0, "")
    largest = (0.0, "")
    wrong = 0
    print(
        f"{'class':>5}  {'path':<12} {'input':<28} {'start s':>8} {'taken s':>8} {'start MiB':>9} {'peak MiB':>9}"
    )
    for index, one in enumerate(INPUTS, start=len(HARMLESS)):
        done = subprocess.run(
            [sys.executable, __file__, str(index)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stderr)
            return 1
        start, taken, before, most, right = json.loads(done.stdout.splitlines()[-1])
        name = f"{one.number} {one.path} {one.name}"
        slowest, largest = max(slowest, (taken, name)), max(largest, (most, name))
        wrong += not right
        print(f"{one.number:>5}  {one.path:<12} {one.name:<28} {start:8.2f} {taken:8.2f} {before:9.0f} {most:9.0f}"
              + ("" if right else "  not refused so"))  # fmt: skip
    print(
        f"slowest {slowest[0]:.2f} s ({slowest[1]}); largest {largest[0]:.0f} MiB ({largest[1]}); {wrong} wrong"
    )
    return int(slowest[0] > SECONDS or largest[0] > MIB or wrong > 0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(int(sys.argv[1]))
    else:
        raise SystemExit(main())
