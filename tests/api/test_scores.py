"""What is thought of versions: given by whoever reads them, counted once, told together and side by side."""

from __future__ import annotations

import math
import statistics
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from support.scene import Scene, said

SCORES = "/v1/prompts/{prompt}/versions/1/scores"


@pytest.fixture
def prompt(scene: Scene) -> str:
    """A prompt: 1 stable and `prod`, 2 live."""
    return scene.prompt("stable", "live", tags={"prod": 1})["id"]


def give(scene: Scene, *scores: dict[str, Any], version: str = "1", subject: str = "read_render key") -> dict[str, int]:
    answer = scene.ask(subject, f"POST /v1/prompts/{{prompt}}/versions/{version}/scores", {"scores": list(scores)})
    assert answer.status_code == 200, answer.text
    taken: dict[str, int] = answer.json()
    return taken


def of(scene: Scene, query: str = "", *, version: str = "1", subject: str = "viewer") -> dict[str, Any]:
    answer = scene.ask(subject, f"GET /v1/prompts/{{prompt}}/versions/{version}/scores{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def score(name: str, value: bool | float | str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "value": value} | fields


@pytest.mark.usefixtures("prompt")
def test_one_score_is_given_by_number_tag_or_slug_and_comes_back_as_it_was(scene: Scene) -> None:
    given = score("helpful", True, trace_id="4bf92f3577b34da6a3ce929d0e0e4736", comment="quick ✓", id=str(uuid4()))
    assert scene.does(f"POST {SCORES}", given) == 0  # known, the last field
    assert scene.ask("viewer", "POST /v1/prompts/{slug}/versions/prod/scores", score("tone", "kind")).is_success
    tone, helpful = of(scene)["scores"]
    assert {name: helpful[name] for name in given} == given
    assert helpful["author_kind"] == "user"
    assert (tone["name"], tone["value"], tone["comment"]) == ("tone", "kind", None)


@pytest.mark.usefixtures("prompt")
def test_numbers_are_told_by_count_mean_and_spread_however_they_come(scene: Scene) -> None:
    numbers = [1e9 + one for one in (3.5, 4.25, -2.0, 8.0, 0.5, 11.0, 2.0)]
    for some in (numbers[:1], numbers[1:4], numbers[4:]):
        give(scene, *(score("length", number) for number in some))
    (summary,) = of(scene)["summaries"]
    assert (summary["name"], summary["kind"], summary["count"]) == ("length", "number", 7)
    assert math.isclose(summary["mean"], statistics.mean(numbers), rel_tol=1e-15)
    assert math.isclose(summary["deviation"], statistics.stdev(numbers), rel_tol=1e-6)
    assert (summary["low"], summary["high"]) == (min(numbers), max(numbers))


@pytest.mark.usefixtures("prompt")
def test_truths_are_told_by_their_share_and_categories_by_the_share_of_each(scene: Scene) -> None:
    truths = [score("ok", value) for value in (True, True, True, False)]
    words = [score("tone", value) for value in ("kind", "curt", "kind", "kind", "odd")]
    give(scene, *truths, *words, score("ok", 0.5))
    number, truth, tone = sorted(of(scene)["summaries"], key=lambda one: (one["name"], one["kind"] == "boolean"))
    assert (truth["kind"], truth["count"], truth["mean"]) == ("boolean", 4, 0.75)
    assert (number["kind"], number["count"], number["deviation"]) == ("number", 1, None)
    assert (tone["kind"], tone["count"], tone["mean"]) == ("category", 5, None)
    assert [(one["category"], one["count"], one["share"]) for one in tone["categories"]] == [
        ("kind", 3, 0.6),
        ("curt", 1, 0.2),
        ("odd", 1, 0.2),
    ]


@pytest.mark.usefixtures("prompt")
def test_a_score_that_comes_again_counts_once_and_the_first_stays(scene: Scene) -> None:
    one, other = str(uuid4()), str(uuid4())
    assert give(scene, score("n", 1, id=one), score("n", 5, id=one)) == {"new": 1, "known": 0}
    assert give(scene, score("n", 9, id=one.upper()), score("n", 3, id=other)) == {"new": 1, "known": 1}
    assert give(scene, score("n", 9, id=one), version="2") == {"new": 0, "known": 1}
    (summary,) = of(scene)["summaries"]
    assert (summary["count"], summary["mean"]) == (2, 2.0)
    assert of(scene, version="2")["summaries"] == []


def test_of_two_who_bring_the_same_scores_at_once_one_counts(scene: Scene, prompt: str) -> None:
    scores = [score("n", at, id=str(uuid4())) for at in range(50)]
    clients = [scene.world.http(scene.world.key("read_render")) for _ in range(4)]
    path = f"/v1/prompts/{prompt}/versions/1/scores"
    with ThreadPoolExecutor(len(clients)) as threads:
        answers = list(threads.map(lambda client: client.post(path, json={"scores": scores}), clients))
    assert sum(answer.json()["new"] for answer in answers) == 50
    assert of(scene)["summaries"][0]["count"] == 50


@pytest.mark.usefixtures("prompt")
def test_two_versions_are_put_side_by_side(scene: Scene) -> None:
    before, after = [3.0, 4.0, 5.0, 4.0], [6.0, 5.0, 7.0]
    give(scene, *(score("stars", one) for one in before), score("tone", "kind"))
    give(scene, *(score("stars", one) for one in after), score("only here", True), version="live")
    for query in ("?from=1&to=2", "?from=prod", "?from=prod&to=live"):
        found = scene.ask("viewer", f"GET /v1/prompts/{{prompt}}/scores{query}").json()
        assert (found["from_version"], found["to_version"]) == (1, 2)
        only, stars, tone = found["comparisons"]
        assert (stars["before"]["mean"], stars["after"]["mean"], stars["difference"]) == (4.0, 6.0, 2.0)
        error = math.sqrt(statistics.variance(before) / 4 + statistics.variance(after) / 3)
        assert math.isclose(stars["error"], error, rel_tol=1e-9)
        assert (only["before"], only["difference"], tone["after"], tone["difference"]) == (None, None, None, None)
    turned = scene.ask("viewer", "GET /v1/prompts/{slug}/scores").json()
    assert (turned["from_version"], turned["to_version"]) == (2, 2)


@pytest.mark.usefixtures("prompt")
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_single_scores_come_in_pages_newest_first_and_by_name(scene: Scene, limit: int) -> None:
    for at in range(3):
        give(scene, score("a", at), score("b", -at))
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = of(scene, f"?name=a&limit={limit}&cursor={cursor}")
        found += page["scores"]
        cursor = page["next_cursor"]
    assert [one["value"] for one in found] == [2, 1, 0]
    assert len(of(scene)["scores"]) == 6


@pytest.mark.usefixtures("prompt")
def test_a_key_that_only_reads_gives_scores_and_learns_no_comments(scene: Scene) -> None:
    give(scene, score("ok", True, comment="of Ada", trace_id="t"), subject="editor")
    (seen,) = of(scene, subject="read_render key")["scores"]
    assert (seen["value"], seen["comment"], seen["trace_id"]) == (True, None, None)
    (known,) = of(scene, subject="all key")["scores"]
    assert (known["comment"], known["trace_id"]) == ("of Ada", "t")


def test_a_key_that_reads_one_label_gives_scores_to_what_that_leads_to_only(scene: Scene, prompt: str) -> None:
    limited = scene.world.http(scene.world.key("read_render", reads=("prod",)))
    path = f"/v1/prompts/{prompt}/versions"
    assert limited.post(f"{path}/prod/scores", json=score("ok", True)).is_success
    assert limited.post(f"{path}/1/scores", json=score("ok", True)).is_success
    assert limited.post(f"{path}/2/scores", json=score("ok", True)).status_code == 403
    assert limited.get(f"{path}/2/scores").status_code == 403
    assert limited.get(f"/v1/prompts/{prompt}/scores?from=1&to=2").status_code == 403


@pytest.mark.usefixtures("prompt")
def test_a_request_that_comes_again_under_one_idempotency_key_gives_its_scores_once(scene: Scene) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    answers = [scene.ask("viewer", f"POST {SCORES}", score("ok", True), headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json() == {"new": 1, "known": 0}
    assert of(scene)["summaries"][0]["count"] == 1


def test_scores_of_a_version_that_is_deleted_go_with_it(scene: Scene) -> None:
    scene.prompt("draft", "live")
    give(scene, score("ok", True))
    assert scene.ask("editor", "DELETE /v1/prompts/{prompt}/versions/1").is_success
    assert said(scene.ask("viewer", f"GET {SCORES}")) == "404 version_not_found: version not found"
    assert said(scene.ask("viewer", f"POST {SCORES}", score("ok", True))) == "404 version_not_found: version not found"


@pytest.mark.usefixtures("prompt")
def test_old_scores_are_forgotten_and_what_they_say_together_stays(scene: Scene) -> None:
    give(scene, *(score("n", at) for at in range(5)))
    store, later = scene.world.store, datetime.now(UTC)
    while store.write_now(lambda tx: tx.scores.purge(later, 2)):
        pass
    found = of(scene)
    assert found["scores"] == []
    assert found["summaries"][0]["count"] == 5


@pytest.mark.usefixtures("prompt")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "x"}, "value is required: true or false, a number, or a text"),
        ({"value": 1}, "name must not be empty"),
        ({"name": "x" * 101, "value": 1}, "name must be at most 100 characters"),
        ({"name": "x", "value": ""}, "value must not be empty"),
        ({"name": "x", "value": "y" * 101}, "value must be at most 100 characters"),
        ({"name": "x", "value": 1, "comment": "y" * 2001}, "comment must be at most 2000 characters"),
        ({"name": "x", "value": 1, "trace_id": "y" * 129}, "trace_id must be at most 128 characters"),
        ({"name": "x", "value": 1, "comment": "\0"}, "comment must not contain NUL characters or lone surrogates"),
        ({"name": "x", "value": 1, "id": "1"}, "id is not a UUID such as 01234567-89ab-cdef-0123-456789abcdef"),
        ({"scores": [{"name": "x", "value": 1}, {"name": "", "value": 1}]}, "scores[1].name must not be empty"),
        ({"scores": 501 * [{"name": "x", "value": 1}]}, "scores may have at most 500 items"),
        ({"name": "x", "value": 10**400}, "value must be a finite number"),
        ({"name": "x", "value": [1]}, "invalid request body"),
        ({"name": 1, "value": 1}, "invalid request body"),
    ],
)
def test_what_is_no_score_is_refused_and_changes_nothing(scene: Scene, body: dict[str, Any], words: str) -> None:
    assert said(scene.ask("viewer", f"POST {SCORES}", body)) == f"400 invalid_input: {words}"
    assert of(scene)["summaries"] == []


@pytest.mark.usefixtures("prompt")
def test_a_value_that_is_no_finite_number_is_refused(scene: Scene) -> None:
    answer = scene.ask("viewer", f"POST {SCORES}", b'{"name": "x", "value": 1e999}')
    assert answer.status_code == 400
    assert of(scene)["summaries"] == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?limit=0", "limit must be a number from 1 to 200"),
        ("?cursor=x", "invalid cursor: pass the next_cursor of the page before, as it is"),
        (f"?name={'x' * 300}", "name must be at most 255 characters"),
    ],
)
def test_a_bad_question_is_refused(scene: Scene, prompt: str, query: str, words: str) -> None:
    del prompt
    assert said(scene.ask("viewer", f"GET {SCORES}{query}")) == f"400 invalid_input: {words}"
