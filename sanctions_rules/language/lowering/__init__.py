"""Conditions and terms of rule text as expressions of the core. What a norm becomes, `lower.py` says."""
