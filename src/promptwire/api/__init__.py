"""The HTTP surfaces: one folder for each public contract, over what both share."""
