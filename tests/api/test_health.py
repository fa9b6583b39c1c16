from __future__ import annotations

from support.server import API_KEY, ServerProcess


def test_the_server_says_that_it_is_there(server: ServerProcess) -> None:
    with server.client() as http:
        answer = http.get("/v1/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})


def test_every_answer_names_its_request(server: ServerProcess) -> None:
    with server.client() as http:
        assert http.get("/v1/health", headers={"X-Request-Id": "mine-1"}).headers["x-request-id"] == "mine-1"
        assert len(http.get("/v1/health", headers={"X-Request-Id": "not mine!"}).headers["x-request-id"]) == 32


def test_the_example_prompt_renders(server: ServerProcess) -> None:
    with server.client(API_KEY) as http:
        answer = http.post("/v1/prompts/greeting/render", json={"variables": {"name": "Ada"}})
    assert (
        answer.json().items()
        >= {
            "rendered": "Hello Ada! This text is a prompt, served by Promptwire.",
            "version": 1,
            "slug": "greeting",
            "tags": [],
        }.items()
    )


def test_the_server_says_that_it_is_ready(server: ServerProcess) -> None:
    with server.client() as http:
        answer = http.get("/v1/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "problems": {}})
