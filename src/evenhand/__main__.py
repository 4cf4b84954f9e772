"""`python -m evenhand`: the same as the command."""

from evenhand.cli import main

main()
