"""`python -m promptwire` is `promptwire`."""

from promptwire.cli import main

main()
