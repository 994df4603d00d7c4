"""What is kept of a decision: a record that can be read, chained, checked and replayed.

`fields` says what a record holds, `actions` what follows from an outcome, `chain` how lines hang
together in a file, `redact` how names are taken out before anything is decided. `recording`,
higher up, makes a record from a decision; `replay` makes the decision again from its record.
"""

from sanctions_rules.record.chain import Line, chained, read_lines
from sanctions_rules.record.fields import Envelope, Record, record_schema
from sanctions_rules.record.redact import Key, RedactionError, redacted
from sanctions_rules.record.review import Override, Review, read_review

__all__ = [
    "Envelope", "Key", "Line", "Override", "Record", "RedactionError", "Review",
    "chained", "read_lines", "read_review", "record_schema", "redacted",
]  # fmt: skip
