"""Rule text to syntax tree: words, trees, and what becomes of a text with mistakes."""
