"""`/api/v1`: EvalGuard's role-gated prompt labels (contracts/evalguard-labels.md)."""
