"""Streams of bytes that a client might send, and their names."""

from __future__ import annotations

from promptwire.api.v1.reads import JSON as JSON_TYPE

HOST = b"Host: here\r\n"
TYPE = b"Content-Type: " + JSON_TYPE + b"\r\n"
BODY = b'{"variables": {"name": "Ada"}}'


def head(line: bytes, key: bytes | None, *headers: bytes) -> bytes:
    """Write the head of a request."""
    authorization = b"Authorization: Bearer " + key + b"\r\n" if key else b""
    return line + b" HTTP/1.1\r\n" + HOST + authorization + b"".join(one + b"\r\n" for one in headers) + b"\r\n"


def streams(key: bytes, session: bytes) -> dict[str, bytes]:
    """Give every stream by its name."""
    one = Requests(key)
    return (
        _targets(one) | _headers(one, session) | _bodies(one) | _lengths(one) | _versions(one) | _nonsense(one)
    ) | _pipelined(one)


class Requests:
    """The usual requests of one key."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.resolve = self.get(b"/v1/prompts/greeting/resolve")
        self.render = self.post(BODY)
        self.other = self.get(b"/v1/health")

    def get(self, target: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
        return head(method + b" " + target, self.key, *headers)

    def post(self, body: bytes, *headers: bytes, target: bytes = b"/v1/prompts/greeting/render") -> bytes:
        length = b"Content-Length: %d" % len(body)
        return head(b"POST " + target, self.key, TYPE.strip(), length, *headers) + body


def _targets(one: Requests) -> dict[str, bytes]:
    targets = [
        *(b"greeting/resolve", b"greeting/resolve?label=live", b"greeting/resolve?version=1", b"greeting/resolve?"),
        *(b"greeting/resolve?version=1&version=9", b"greeting/resolve?team=", b"greeting/resolve?team=nope"),
        *(b"greeting/resolve?label=a&version=1", b"greeting/resolve?version=x", b"greeting/resolve?label=%6Cive"),
        *(
            b"gr%65eting/resolve",
            b"greeting/resolve/",
            b"greeting//resolve",
            b"greeting/./resolve",
            b"greeting/resolve%0A",
        ),
        *(b"/resolve", b"nope/resolve", b"%2F/resolve", b"%zz/resolve", b"%ff/resolve", b"greeting/resolve#x"),
        *(b"greeting/resolve?a=%zz&b=+&=&&label=live", b"GREETING/resolve", b"greeting/RESOLVE", b"greeting/resolve;x"),
        *(b"x" * 300 + b"/resolve", b"greeting/resolve?label=" + b"y" * 3000, b"greeting/resolve?label=a%00b"),
        *(
            b"greeting/render",
            b"greeting",
            b"greeting/versions/1/render",
            b"\xc3\xa9/resolve",
            b"greeting/resolve?\xff=1",
        ),
    ]
    found = {f"GET {target[:50]!r}": one.get(b"/v1/prompts/" + target) for target in targets}
    for path in (b"greeting/versions/1/render", b"greeting/versions/+1/render", b"greeting/versions/live/render"):
        found[f"POST {path!r}"] = one.post(BODY, target=b"/v1/prompts/" + path)
    for path in (b"greeting/versions/7/render", b"nope/render", b"greeting/render/", b"greeting/render?team=x"):
        found[f"POST {path!r}"] = one.post(BODY, target=b"/v1/prompts/" + path)
    found["POST resolve"] = one.post(BODY, target=b"/v1/prompts/greeting/resolve")
    found["absolute form"] = one.get(b"http://here/v1/prompts/greeting/resolve")
    return found


def _headers(one: Requests, session: bytes) -> dict[str, bytes]:
    path = b"/v1/prompts/greeting/resolve"
    good, bad = b"Authorization: Bearer " + one.key, b"Authorization: Bearer nobody"
    tags = [b"*", b'"x"', b'W/"x", "y"', b"", b'"']
    found = {f"If-None-Match {tag!r}": one.get(path, b"If-None-Match: " + tag) for tag in tags}
    for name, headers in {
        "no key": [],
        "an unknown key": [bad],
        "two keys": [good, bad],
        "two keys the other way": [bad, good],
        "an empty key": [b"Authorization:"],
        "another scheme": [b"Authorization: Basic " + one.key],
        "bearer in small letters": [b"authorization: bearer " + one.key],
        "spaces around": [b"AUTHORIZATION:   Bearer   " + one.key + b"  "],
        "a cookie": [b"Cookie: promptwire_session=" + session],
        "a cookie beside a key": [good, b"Cookie: promptwire_session=nobody"],
        "a cookie of nothing": [b"Cookie: a=b"],
        "its own id": [good, b"X-Request-Id: mine-1"],
        "an id that is none": [good, b"X-Request-Id: not an id!"],
        "two ids": [good, b"X-Request-Id: ???", b"X-Request-Id: second", b"X-Request-Id: third"],
        "two If-None-Match": [good, b'If-None-Match: "x"', b"If-None-Match: *"],
        "bytes in a header": [good, b"X-Odd: \xff\xfe", b"If-None-Match: \xe9"],
        "many headers": [good, *(b"X-%d: %d" % (at, at) for at in range(50))],
    }.items():
        found[name] = head(b"GET " + path, None, *headers)
    found["a cookie posts"] = head(b"POST " + path[:-7] + b"render", None, b"Cookie: promptwire_session=" + session)
    found["HEAD"] = one.get(path, method=b"HEAD")
    found["HEAD of what is known"] = one.get(path, b"If-None-Match: *", method=b"HEAD")
    found["HEAD of nothing"] = one.get(b"/v1/prompts/nope/resolve", method=b"HEAD")
    found["HEAD of a render"] = one.get(b"/v1/prompts/greeting/render", method=b"HEAD")
    for method in (b"OPTIONS", b"DELETE", b"PUT", b"PATCH", b"get", b"TRACE", b"BREW"):
        found[f"{method!r}"] = one.get(path, method=method)
    return found


def _bodies(one: Requests) -> dict[str, bytes]:
    bodies = [
        *(
            b"",
            b"{}",
            b"null",
            b"[]",
            b"{",
            b'{"variables": {}}',
            b'{"variables": null}',
            b'{"VARIABLES": {"name": 1}}',
        ),
        *(
            b'{"variables": {"name": "\xff"}}',
            b'\xef\xbb\xbf{"variables": {"name": 1}}',
            b'{"variables": {"name": 1e999}}',
        ),
        *(b'{"variables": {"name": "\\ud800"}}', b'{"variables": {"name": "\xe2\x82\xac <&> \\u0000"}}', b"\x00"),
        *(b'{"variables": {"name": 123456789012345678901234567890}}', b'{"variables": {"name": ' + b"9" * 5000 + b"}}"),
        *(b'{"variables": {"name": "a"}, "variables": {"name": "b"}}', b'{"x": 1, "variables": {"name": "b"}}'),
        *(
            b'{"variables": {"name": ' + b"[" * 190 + b"]" * 190 + b"}}",
            b'{"variables": ' + b"[" * 300 + b"]" * 300 + b"}",
        ),
        *(
            b'{"variables": {"name": NaN}}',
            b'{"variables": [1]}',
            b'{"variables": {"name": {"a": [1, null, true, 1.50]}}}',
        ),
        b'{"variables": {"name": "' + b"n" * 70_000 + b'"}}',
    ]
    found = {f"a body of {len(body)}: {body[:40]!r}": one.post(body) for body in bodies}
    for kind in (
        b"text/plain",
        b"application/json; charset=utf-8",
        b"APPLICATION/JSON",
        b"application/vnd.x+json",
        b"",
    ):
        length = b"Content-Length: %d" % len(BODY)
        asked = head(b"POST /v1/prompts/greeting/render", one.key, b"Content-Type: " + kind, length)
        found[f"a body of type {kind!r}"] = asked + BODY
    found["a body of no type"] = head(b"POST /v1/prompts/greeting/render", one.key, b"Content-Length: 30") + BODY
    found["a body that is expected"] = one.post(BODY, b"Expect: 100-continue")
    found["a body of nobody"] = head(b"POST /v1/prompts/greeting/render", None, b"Content-Length: 30") + BODY
    return found


def _lengths(one: Requests) -> dict[str, bytes]:
    def render(*headers: bytes) -> bytes:
        return head(b"POST /v1/prompts/greeting/render", one.key, TYPE.strip(), *headers)

    chunks = b"a\r\n" + BODY[:10] + b"\r\n14;x=y\r\n" + BODY[10:] + b"\r\n0\r\n"
    chunked = b"Transfer-Encoding: chunked"
    return {
        "chunks": render(chunked) + chunks + b"\r\n",
        "chunks with a trailer": render(chunked) + chunks + b"X-Trailer: 1\r\n\r\n",
        "chunks that end early": render(chunked) + chunks[:20],
        "chunks of nonsense": render(chunked) + b"zz\r\nabc\r\n",
        "chunks and a length": render(chunked, b"Content-Length: 30") + chunks + b"\r\n",
        "another encoding": render(b"Transfer-Encoding: gzip") + BODY,
        "a length too short": render(b"Content-Length: 10") + BODY,
        "a length too long": render(b"Content-Length: 99") + BODY,
        "a length below nothing": render(b"Content-Length: -1") + BODY,
        "a length that is none": render(b"Content-Length: ten") + BODY,
        "a length with a plus": render(b"Content-Length: +30") + BODY,
        "two lengths": render(b"Content-Length: 30", b"Content-Length: 30") + BODY,
        "two other lengths": render(b"Content-Length: 30", b"Content-Length: 10") + BODY,
        "no length": render() + BODY,
        "an enormous length": render(b"Content-Length: 99999999999999999999999") + BODY,
        "a large length": render(b"Content-Length: 5000000") + BODY,
        "GET with a body": one.get(b"/v1/prompts/greeting/resolve", b"Content-Length: 3") + b"abc",
        "GET with an empty body": one.get(b"/v1/prompts/greeting/resolve", b"Content-Length: 0"),
        "GET with chunks": one.get(b"/v1/prompts/greeting/resolve", chunked) + b"0\r\n\r\n",
    }


def _versions(one: Requests) -> dict[str, bytes]:
    path = b"/v1/prompts/greeting/resolve"
    found = {}
    for version in (b"1.0", b"0.9", b"1.2", b"2.0", b"1.1.1", b""):
        for keep in ((), (b"Connection: keep-alive",)):
            asked = one.get(path, *keep).replace(b"HTTP/1.1", b"HTTP/" + version)
            found[f"HTTP/{version.decode()} {keep}"] = asked
    for value in (b"close", b"Keep-Alive", b"close, keep-alive", b"upgrade"):
        found[f"Connection: {value!r}"] = one.get(path, b"Connection: " + value)
    upgrade = (b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Key: x", b"Sec-WebSocket-Version: 13")
    found["an upgrade"] = one.get(path, *upgrade)
    found["an upgrade to HTTP/2"] = one.get(path, b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c")
    return found


def _nonsense(one: Requests) -> dict[str, bytes]:
    return {
        "nothing": b"",
        "an empty line": b"\r\n\r\n",
        "an empty line before": b"\r\n" + one.resolve,
        "no HTTP": b"hello\r\n\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "bare line feeds": one.resolve.replace(b"\r\n", b"\n"),
        "a folded header": one.get(b"/v1/prompts/greeting/resolve", b"X-A: 1\r\n  2"),
        "a header without colon": one.get(b"/v1/prompts/greeting/resolve", b"nonsense"),
        "a NUL in a header": one.get(b"/v1/prompts/greeting/resolve", b"X-A: a\0b"),
        "a space before the colon": one.get(b"/v1/prompts/greeting/resolve", b"X-A : 1"),
        "a space in the path": one.get(b"/v1/prompts/greet ing/resolve"),
        "only a half": one.resolve[:70],
    }


def _pipelined(one: Requests) -> dict[str, bytes]:
    close = one.get(b"/v1/prompts/greeting/resolve", b"Connection: close")
    return {
        "three reads": one.resolve + one.render + one.resolve,
        "reads around another": one.resolve + one.other + one.render,
        "another before reads": one.other + one.resolve + one.resolve,
        "others around a read": one.other + one.resolve + one.other,
        "a read and nonsense": one.resolve + b"nonsense\r\n\r\n",
        "another and nonsense": one.other + b"nonsense\r\n\r\n",
        "two reads and nonsense": one.resolve + one.render + b"\x00\x01",
        "a read, the end, and a read": one.resolve + close + one.resolve,
        "a read and a half": one.resolve + one.render[:-5],
        "a read and half a head": one.resolve + one.resolve[:40],
        "a body that never ends and a read": one.post(BODY)[:-3] + one.resolve,
        "many reads": one.resolve * 40 + one.render * 40,
        "a refused read and a read": one.get(b"/v1/prompts/nope/resolve") + one.resolve,
        "a slow read and reads": one.post(b'{"variables": {"name": "' + b"n" * 70_000 + b'"}}') + one.resolve * 3,
        "an expected body and a read": one.post(BODY, b"Expect: 100-continue") + one.resolve,
        "a failing render and a read": one.post(b"{}") + one.resolve,
    }
