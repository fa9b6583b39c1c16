"""Clients in the shape of other systems' own, for code that was written for those."""
