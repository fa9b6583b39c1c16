"""Prompts that come from elsewhere: how they are read, and how their templates become Go's."""
