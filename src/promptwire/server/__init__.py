"""The composition root: settings, store and surfaces become one server."""
