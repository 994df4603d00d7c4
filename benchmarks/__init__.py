"""What is measured here, and against what. Never imported by the package."""
