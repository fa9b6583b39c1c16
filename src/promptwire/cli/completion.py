"""`promptwire completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from typer._completion_shared import get_completion_script  # the scripts that --install-completion writes


class Shell(StrEnum):
    """The shells that are known."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print the completion script of a shell; --install-completion installs it instead.

    For bash: `promptwire completion bash > ~/.local/share/bash-completion/completions/promptwire`
    """
    typer.echo(get_completion_script(prog_name="promptwire", complete_var="_PROMPTWIRE_COMPLETE", shell=shell.value))
