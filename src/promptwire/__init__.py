"""Promptwire: versioned prompts, delivered into running processes from memory."""
