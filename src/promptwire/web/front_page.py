"""The page at `/` where the web interface is not built: what this is, and how to get it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Promptwire</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
  pre { padding: 1rem; overflow-x: auto; border: 1px solid #8886; border-radius: .5rem; }
</style>
</head>
<body>
<h1>Promptwire</h1>
<p>A prompt registry: versioned prompts, governed labels, and delivery into running processes from memory.</p>
<p>This server answers px0's API at <code>/v1</code> and EvalGuard's prompt labels at <code>/api/v1</code>.
Its first start printed an e-mail address, a password and an API key; with the key, render the example prompt:</p>
<pre>curl -s {origin}/v1/prompts/greeting/render \\
  -H "Authorization: Bearer $PROMPTWIRE_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"variables": {"name": "Ada"}}'</pre>
<p>The web interface is not built here. In a checkout, <code>make web</code> builds it;
the package on PyPI has it built.</p>
<p><a href="{origin}/docs">Documentation</a>, with <a href="{origin}/docs/api">every operation of the API</a>
(for programs: <a href="{origin}/llms.txt">llms.txt</a>, <a href="{origin}/openapi.json">openapi.json</a>).
Whether the server is up: <a href="{origin}/v1/health">/v1/health</a>.</p>
</body>
</html>
"""


def front_page(request: Request, public_url: str | None = None) -> Response:
    """Give the page, with the address its reader used, or the one that is set."""
    origin = public_url or str(request.base_url).rstrip("/")
    safe = origin.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HTMLResponse(PAGE.replace("{origin}", safe), headers=headers)
