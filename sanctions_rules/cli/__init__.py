"""The command `sanctions-rules`: the library's questions, asked from a terminal.

Here is only what stands round every command: that typer may be absent, that output may be a pipe
which someone closes, that an unexpected error is one sentence and a code of its own. Facts are
never printed by an error, because an error ends up in logs.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

#: Exit codes. Several may apply: INVALID wins, then FINDINGS, then UNDETERMINED.
OK, FINDINGS, USAGE, INVALID, UNDETERMINED, INTERNAL = range(6)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    try:
        from sanctions_rules.cli.commands import app
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("typer", "click", "rich"):
            raise
        print("the command line needs typer: pip install 'sanctions-rules[cli]'", file=sys.stderr)
        raise SystemExit(USAGE) from None
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # § and … are how the law is printed; a terminal without them shows an escape instead.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # A command ends soon, and most of what it makes lives as long: looking for waste less often
    # saves a seventh of its time.
    gc.set_threshold(50_000, 20, 50)
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(given, prog_name="sanctions-rules")
    except Exception as error:
        if "--debug" in given:
            traceback.print_exc()
        else:
            print(internal(error), file=sys.stderr)
        raise SystemExit(INTERNAL) from None


def show(text: str) -> None:
    """Print to standard output. A reader that has seen enough and closed the pipe is no error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # What is still buffered goes nowhere, so that nothing is flushed into the pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def internal(error: Exception) -> str:
    """One sentence for an error of ours: its kind and its place in our code, never its text."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return (
        f"internal error: {type(error).__name__} at {place}; nothing was decided "
        "(--debug before the command shows where it came from, and may show facts)"
    )
