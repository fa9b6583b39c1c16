"""The use cases, one module per noun: check the right, load, apply the rule, record the change, save."""
