"""For those who write law: what their scenarios cover."""
