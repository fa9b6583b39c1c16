"""What an operator sets, by option or environment variable."""

from promptwire.settings.server import ServerSettings

__all__ = ["ServerSettings"]
