"""Celery: `celery -A celery_app worker --pool prefork`. Children inherit the memory, and refresh on their own."""

from __future__ import annotations

from celery import Celery

from promptwire import Promptwire

app = Celery("examples", broker="memory://", backend="cache+memory://")
pw = Promptwire()


@app.task
def greet(name: str) -> str:
    """Greet somebody."""
    return pw.render("greeting", {"name": name})
