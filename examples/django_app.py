"""Django, in one file: `python django_app.py runserver`, or `gunicorn --preload django_app:application`.

The client is made once, when the module is loaded: with `--preload` before the workers are forked, which keep its
memory.
"""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

from promptwire import Promptwire

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="only-an-example", DEBUG=False)  # noqa: S106

pw = Promptwire()


def greet(_: HttpRequest, name: str) -> JsonResponse:
    """Greet somebody, and say with which version."""
    prompt = pw.get("greeting")
    return JsonResponse({"text": prompt.render({"name": name}), "version": prompt.version})


urlpatterns = [path("greet/<str:name>", greet)]
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
