"""Decisions as pages: text, memo, JSON, HTML. All sentences come from one table, `sentences`."""
