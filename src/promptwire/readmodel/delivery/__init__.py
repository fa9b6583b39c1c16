"""Delivery: what changed since a cursor, and a word when something does (docs/reference/delivery.md).

From below: `cursors`, `sights` and `touches` are values; `journal` keeps what changed lately, `names` what processes
ask for; `lookup` reads what names mean now; `sync` answers, `streams` tells.
"""
