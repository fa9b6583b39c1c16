"""`/v1`: px0's API, which is also ours, extended where px0 has nothing (contracts/px0.md)."""
