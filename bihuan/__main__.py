"""`python -m bihuan COMMAND …`: the command line."""

from bihuan.ops.cli import main

main()
