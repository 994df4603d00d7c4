"""Random testing that is guided by coverage, with atheris: `make fuzz-guided ARGS="--target parser"`.

atheris is no dependency: it installs on few machines. Where it is absent this says so and stops.
Targets whose inputs are text are given their bytes as they come; of the others no use is made.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

PACKAGES = ["sanctions_rules"]
#: Bytes to the input of a target.
AS_INPUT: dict[str, tuple[str, Callable[[bytes], Any]]] = {
    "parser": ("parser", lambda data: data.decode("latin-1")),
    "facts": ("facts_text", lambda data: {
        "kind": ("json", "toml", "yaml")[data[0] % 3] if data else "json",
        "text": data[1:].decode("utf-8", "replace"),
    }),
    "certificate": ("certificate_text", lambda data: {
        **_about(data[0] if data else 0), "raw": data[1:].decode("utf-8", "replace"),
    }),
}  # fmt: skip


def _about(number: int) -> dict[str, str]:
    """A law and a case that certificates may be of."""
    from fuzz.readers import certificates_drawn

    law, facts, _ = certificates_drawn()[number % len(certificates_drawn())]
    return {"law": law, "facts": facts}


def main() -> int:
    parser = argparse.ArgumentParser(description="random testing guided by coverage")
    parser.add_argument("--target", choices=sorted(AS_INPUT), default="parser")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, help="a folder of inputs to begin with and add to")
    given = parser.parse_args()
    try:
        import atheris
    except ImportError as error:
        print(f"atheris is not installed here, and nothing was tested: {error}", file=sys.stderr)
        print("it is no dependency of this project: pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=PACKAGES):
        from fuzz.target import Skip, in_time
        from fuzz.targets import TARGETS

    name, as_input = AS_INPUT[given.target]
    check: Callable[[Any], Iterable[str]] = TARGETS[name].check

    def one(data: bytes) -> None:
        try:
            with in_time():
                for _ in check(as_input(data)):
                    pass
        except Skip:
            pass

    folder = given.corpus or Path(tempfile.mkdtemp(prefix="guided-"))
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(beginnings(given.target)):
        (folder / f"begin-{number}").write_bytes(data)
    where = f"-artifact_prefix={folder}/"
    atheris.Setup([sys.argv[0], f"-max_total_time={given.seconds}", "-max_len=4096", "-print_final_stats=1",
                   where, str(folder)], one)  # fmt: skip
    atheris.Fuzz()
    return 0


def beginnings(target: str) -> list[bytes]:
    """Inputs to begin with: what the seeded targets draw."""
    from fuzz import readers, texts

    from sanctions_rules.testing.choices import Seeded

    draws = [Seeded(f"guided {n}") for n in range(60)]
    match target:
        case "parser":
            return [texts.mutated(draw).encode("utf-8", "surrogatepass") for draw in draws]
        case "facts":
            made = [readers.TARGETS[0].make(draw) for draw in draws]
            return [
                bytes([("json", "toml", "yaml").index(one["kind"])])
                + one["text"][:4000].encode("utf-8", "replace")
                for one in made
            ]
        case _:
            proofs = enumerate(text for _, _, text in readers.certificates_drawn())
            return [bytes([number]) + text.encode() for number, text in proofs]


if __name__ == "__main__":
    sys.exit(main())
