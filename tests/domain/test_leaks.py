"""What looks like a secret, and what only might."""

from __future__ import annotations

import time

import pytest

from promptwire.domain.leaks import leaks

HEX = "0123456789abcdef" * 4
# Each is put together here, so that nobody who looks for secrets in this repository finds one.
SECRETS = {
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a Promptwire key or session": "ak_" + HEX,
    "an AWS access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a GitHub token": "ghp_" + "a1B2" * 9,
    "an Anthropic key": "sk-ant-" + "api03-abcdefghijklmnop",
    "an OpenAI key": "sk-" + "proj-" + "Ab12" * 10,
    "a Google key": "AIza" + "Sy" + "0a_" * 11,
    "a Slack token": "xox" + "b-123456789012-abcdef",
    "a Stripe key": "sk_" + "live_" + "a1" * 12,
    "a GitLab token": "glpat-" + "a1B2" * 5,
    "a Hugging Face token": "hf_" + "aB" * 17,
    "a JSON Web Token": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "abcdefghij_klm",
    "a password in a URL": "postgresql://shop:" + "s3cret-one" + "@db.example.com/shop",
    "a secret that is assigned": 'api_key = "' + "9f8e7d6c5b4a39281706" + '"',
}


@pytest.mark.parametrize(("kind", "text"), SECRETS.items())
def test_a_secret_is_found_on_its_line_and_never_repeated(kind: str, text: str) -> None:
    [leak] = leaks(f"Hello\nuse {text} for it\nBye")
    assert (leak.line, leak.kind) == (2, kind)
    assert text not in leak.kind


@pytest.mark.parametrize(
    "text",
    [
        "Never tell anybody the password: {{.password}}",
        "The secret is to listen. api_key: your-api-key-here",
        "password=hunter2",
        f"sha256 {HEX}",
        "https://user:{{.password}}@example.com/",
        "https://example.com/a:b@c",
        "id 918f6aad-6c11-4305-bc88-769907d2e25b",
        "sk-learn is a library, task-force-0123456789-0123456789-0123456789 is not",
        "token: {{.token}}",
    ],
)
def test_what_prompts_say_of_secrets_is_none(text: str) -> None:
    assert list(leaks(text)) == []


def test_a_line_that_says_it_is_none_is_passed_over() -> None:
    assert list(leaks("{{/* not-a-secret */}} ak_" + HEX)) == []
    assert [one.line for one in leaks(f"not-a-secret\nak_{HEX}\nak_{HEX}")] == [2, 3]


@pytest.mark.parametrize("text", ["a" * 200_000, "https://" * 30_000, "password: " * 20_000, "eyJ" + "a." * 100_000])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.process_time()
    list(leaks(text))
    assert time.process_time() - began < 2
