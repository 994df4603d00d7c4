"""Every target of random testing, by its name; each is a line of `tests/README.md`."""

from __future__ import annotations

from typing import Final

from fuzz import intake, laws, layouts, proofs, readers, texts
from fuzz.target import Target

TARGETS: Final[dict[str, Target]] = {
    target.name: target
    for room in (texts, layouts, laws, proofs, readers, intake)
    for target in room.TARGETS
}
