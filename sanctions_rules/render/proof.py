"""The part of a page that checks its decision: the certificate, and a checker of it, in a browser.

The checker is the folder `check/`: plain JavaScript, written from `docs/certificates.md`, which fetches
nothing and is named by its hash in the policy of the page. The data stand in a block that no browser
runs, and cannot close it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from sanctions_rules.render.sentences import say

PARTS: Final = ("values", "conditions", "provisions", "owners", "steps", "page")

STYLE: Final = """
.sr .check button{font:inherit;font-weight:600;color:var(--link);background:var(--paper);
border:2px solid var(--link);border-radius:.25rem;padding:.375rem .875rem;cursor:pointer}
.sr .check [role=status]{font-weight:600;min-height:1.5em;margin:.5rem 0}
.sr .proof,.sr .proof ul{list-style:none;padding-left:0}
.sr .proof ul{padding-left:.5rem;margin-left:.125rem;border-left:1px solid var(--rule);
font-size:.9375rem}
.sr .proof summary{font-weight:400}
.sr .proof summary::first-letter{text-transform:none}
.sr .proof .mark{color:var(--ink);font-weight:600}
@media print{.sr .check{display:none}}
"""

#: No character by which a text could end the block that it stands in, or begin a comment there.
_SAFE: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@cache
def script() -> str:
    """The whole checker, as one script with names of its own."""
    folder = files("sanctions_rules.render") / "check"
    parts = (folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in PARTS)
    return "\n".join(("(() => {", '"use strict";', *parts, "})();"))


def source() -> str:
    """What the policy of a page says of its scripts: this one, and no other."""
    return f"script-src 'sha256-{b64encode(sha256(script().encode()).digest()).decode()}'"


def section(proof: str) -> Iterator[str]:
    """`proof`: JSON in ASCII, as `certificates/carried.py` makes it."""
    yield f'<section class="check" id="sr-check"><h2>{say("heading.check")}</h2>'
    yield f"<p>{say('check.what')}</p>"
    yield f"<noscript><p>{say('check.without')}</p></noscript>"
    yield f'<button type="button">{say("check.all")}</button>'
    yield '<p role="status"></p>'
    yield '<ul class="proof"></ul></section>'
    yield f'<script type="application/json" id="sr-proof">{proof.translate(_SAFE)}</script>'
    yield f"<script>{script()}</script>"
