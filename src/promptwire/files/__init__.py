"""Prompts as files: how a prompt stands in one, and how files and the registry are kept in step; without I/O."""
