"""`python -m sanctions_rules` is the command `sanctions-rules`."""

from sanctions_rules.cli import main

if __name__ == "__main__":
    main()
