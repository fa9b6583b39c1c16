"""A small company's prompts, for pictures and for tests that look at every page: made with `/v1`, as anybody would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

PASSWORD = "Correct-Horse-1"  # noqa: S105 - of people who are made up
ADA, GRACE, LINUS = "ada@acme.example", "grace@acme.example", "linus@acme.example"
Back = Callable[[float], None]
"""Sets the clock of the server back by so many days."""

GREETING = {
    "Hello {{.name}}!": "a first try",
    "Hello {{.name}}, thanks for writing to {{.shop}}.\n{{if .order}}I am looking at order {{.order}} now.{{end}}": (
        "names the shop"
    ),
    """Hello {{.name}}, thanks for writing to {{.shop}}!
{{if .order}}I have order {{.order}} in front of me.{{else}}Which order is it about?{{end}}
{{range .facts}}
- {{.}}{{end}}""": "says what is known",
}
REFUND = (
    "Tell {{.name}} that {{.amount}} will be back within {{.days}} days.",
    "Tell {{.name}} kindly that {{.amount}} is back in {{.days}} days. {{if gt .days 7}}Say sorry for the wait.{{end}}",
)
PROMPTS = {
    "Support/Refund answer": ("What a customer reads when money goes back", REFUND),
    "Support/Escalation summary": (
        "Three sentences for the person who takes over",
        ("Summarize for {{.team}}: {{.mail}}",),
    ),
    "Support/Opening hours": ("When somebody is there", ("We are here from {{.from}} to {{.to}}.",)),
    "Onboarding/Welcome mail": ("The first mail after signing up", ("Welcome {{.name}}, enjoy {{.plan}}.",)),
    "Onboarding/First steps": ("Three things to try", ("Three things to try in {{.plan}}: {{.steps}}",)),
    "Marketing/Product description": (
        "For the shop, in the tone of the brand",
        ("Describe {{.product}} in {{.tone}} words.",),
    ),
    "Marketing/Newsletter intro": ("Two lines above the news", ("The news of {{.month}}, in two lines: {{.news}}",)),
}
CHAT = {
    "kind": "chat",
    "messages": [
        {"role": "system", "content": "You answer for {{.shop}}. Be brief, and never promise a date."},
        {"placeholder": "history"},
        {"role": "user", "content": "{{.question}}"},
    ],
    "model": "gpt-5-mini",
    "model_params": {"temperature": 0.3},
    "message": "the tone of the brand",
}


@dataclass
class Sample:
    """What was made, by the names that pages use in their addresses."""

    org: str
    team: str
    people: dict[str, httpx.Client] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def close(self) -> None:
        """Close every client."""
        for http in self.people.values():
            http.close()


def fill(url: str, admin: tuple[str, str], back: Back = lambda _: None, webhook: str | None = None) -> Sample:
    """Fill a server that was just started; the administrator's address and password are those of its first start."""
    back(30)
    ada = _signed_in(url, *admin)
    [org] = _get(ada, "/v1/me/orgs")["organizations"]
    [team] = _get(ada, "/v1/me/teams")["teams"]
    _send(ada, "PUT", f"/v1/orgs/{org['id']}", {"name": "Acme"})
    _send(ada, "PUT", f"/v1/teams/{team['id']}", {"name": "Customer care"})
    for name in ("Marketing", "Checkout"):
        _send(ada, "POST", f"/v1/orgs/{org['id']}/teams", {"name": name})
    sample = Sample(org["id"], team["id"], {ADA: ada})
    _people(sample, url)
    _prompts(sample, back)
    _greeting(sample, back)
    _governance(sample, back)
    _settings(sample, webhook)
    _use(sample, url, back)
    return sample


def _people(sample: Sample, url: str) -> None:
    ada = sample.people[ADA]
    for email in (GRACE, LINUS):
        body = {"email": email, "password": PASSWORD, "team_id": sample.team}
        sample.names[email] = _send(ada, "POST", "/v1/auth/register", body)["user"]["id"]
        sample.people[email] = _signed_in(url, email, PASSWORD)
    viewer = f"/v1/teams/{sample.team}/members/{sample.names[LINUS]}/role"
    _send(ada, "PUT", viewer, {"role": "viewer"})
    teams = _get(ada, f"/v1/orgs/{sample.org}/teams")["teams"]
    [checkout] = [one["id"] for one in teams if one["name"] == "Checkout"]
    _send(sample.people[GRACE], "POST", f"/v1/teams/{checkout}/join-requests", None)


def _prompts(sample: Sample, back: Back) -> None:
    ada, grace = sample.people[ADA], sample.people[GRACE]
    for age, (name, (about, texts)) in enumerate(PROMPTS.items(), 12):
        back(age)
        prompt = _prompt(sample, ada, name, about)
        for text in texts:
            _version(grace, prompt, {"template": text, "message": "as the team asked"})
        _send(ada, "POST", f"/v1/prompts/{prompt}/versions/1/promote", {"to": "live", "reason": "the first release"})
    back(9)
    chat = _prompt(sample, grace, "Support/Shop assistant", "Answers questions beside the basket")
    sample.names["chat"] = _get(grace, f"/v1/prompts/{chat}")["prompt"]["slug"]
    _version(grace, chat, CHAT)


def _greeting(sample: Sample, back: Back) -> None:
    """Write a prompt as a team does: a first text, one that names the shop, one that waits for approval."""
    ada, grace = sample.people[ADA], sample.people[GRACE]
    first, second, third = ({"template": text, "message": words} for text, words in GREETING.items())
    back(8)
    greeting = _prompt(sample, grace, "Support/Greeting", "The first words a customer reads")
    sample.names |= {"prompt": greeting, "slug": _get(grace, f"/v1/prompts/{greeting}")["prompt"]["slug"]}
    versions = f"/v1/prompts/{greeting}/versions"
    _version(grace, greeting, first)
    _payloads(grace, greeting)
    back(6)
    _send(ada, "POST", f"{versions}/1/promote", {"to": "live", "reason": "the shop opens"})
    back(5)
    _version(grace, greeting, second)
    back(4)
    _send(ada, "POST", f"{versions}/2/promote", {"to": "live", "reason": "customers asked which shop it is"})
    _send(ada, "POST", f"{versions}/2/tags", {"tag": "production", "reason": "read by support"})
    back(1)
    _version(grace, greeting, third)
    _send(grace, "POST", f"{versions}/3/tags", {"tag": "staging"})


def _payloads(http: httpx.Client, prompt: str) -> None:
    path = f"/v1/prompts/{prompt}/payloads"
    variables = {"name": "Ada", "shop": "Acme", "order": "A-17", "facts": ["It left on Monday.", "It is insured."]}
    for name, more in (("A known order", {}), ("No order yet", {"order": "", "facts": []})):
        made = _send(http, "POST", path, {"variables": variables | more})["payload"]
        _send(http, "PUT", f"{path}/{made['id']}", {"name": name})  # a new one takes no name, as px0 has it


def _governance(sample: Sample, back: Back) -> None:
    ada, grace, greeting = sample.people[ADA], sample.people[GRACE], sample.names["prompt"]
    policy = {"min_required_role": "admin", "approvals": 1, "checks": ["renders"]}
    for label in ("production", "live"):
        _send(ada, "PUT", f"/v1/teams/{sample.team}/protected-labels/{label}", policy)
    back(0.1)
    asked = {"tag": "production", "reason": "says what is known of the order", "request_approval": True}
    request = _send(grace, "POST", f"/v1/prompts/{greeting}/versions/3/tags", asked)["change_request"]
    sample.names["request"] = request["id"]
    remark = {"comment": "The facts come from the order system; support has read it."}
    _send(grace, "POST", f"/v1/change-requests/{request['id']}/comments", remark)
    back(0)


def _settings(sample: Sample, webhook: str | None) -> None:
    ada = sample.people[ADA]
    _send(ada, "POST", f"/v1/orgs/{sample.org}/invitations", {"email": "margaret@acme.example", "role": "admin"})
    for key in (
        {"name": "shop-production", "operation": "read_render", "readable_labels": ["live", "production"]},
        {"name": "build", "operation": "all", "team_ids": [sample.team], "movable_labels": ["staging"]},
    ):
        _send(ada, "POST", "/v1/api-keys", key | {"org_id": sample.org})
    if webhook:
        hook = {"name": "chat of the team", "url": webhook, "events": ["label.*", "version.promoted"]}
        made = _send(ada, "POST", f"/v1/orgs/{sample.org}/webhooks", hook)["webhook"]
        sample.names["webhook"] = made["id"]
        tested = _send(ada, "POST", f"/v1/orgs/{sample.org}/webhooks/{made['id']}/test", None)["delivery"]
        sample.names["delivery"] = tested["id"]


def _use(sample: Sample, url: str, back: Back) -> None:
    """Let three processes of a shop render the greeting for a week, and say how its versions do."""
    ada, prompt = sample.people[ADA], sample.names["prompt"]
    key = {"name": "shop", "org_id": sample.org}
    processes = [{"id": str(uuid4()), "service": "shop", "instance": f"shop-{n}", "sdk": "python/1"} for n in (1, 2, 3)]
    headers = {"Authorization": f"Bearer {_send(ada, 'POST', '/v1/api-keys', key)['key']}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as shop:
        for number, day in enumerate((6, 5, 4, 3, 2, 1, 0), 1):
            back(day)
            for place, process in enumerate(processes):
                version = 1 if day > 4 or (day == 0 and place == 2) else 2  # noqa: PLR2004 - days ago; the last is late
                name = {"prompt_id": prompt, "version": version, "label": "live", "source": "server"}
                uses = [name | {"renders": 140 + 60 * number - 35 * place, "errors": int(place == 1)}]
                report = {"process": process, "number": number, "age": 1.0, "serves": [name], "uses": uses}
                _send(shop, "POST", "/v1/use", report)
        for version, marks in ((1, (3, 4, 2, 3)), (2, (4, 5, 4, 5))):
            scores = [{"name": "helpful", "value": mark} for mark in marks]
            scores += [{"name": "solved", "value": mark > 3} for mark in marks]  # noqa: PLR2004 - of five
            _send(shop, "POST", f"/v1/prompts/{prompt}/versions/{version}/scores", {"scores": scores})


def _prompt(sample: Sample, http: httpx.Client, name: str, about: str) -> str:
    body = {"name": name, "description": about}
    made: str = _send(http, "POST", f"/v1/teams/{sample.team}/prompts", body)["prompt"]["id"]
    return made


def _version(http: httpx.Client, prompt: str, content: dict[str, Any]) -> None:
    _send(http, "POST", f"/v1/prompts/{prompt}/versions", content)


def _signed_in(url: str, email: str, password: str) -> httpx.Client:
    http = httpx.Client(base_url=url, timeout=30)
    token = _send(http, "POST", "/v1/auth/login", {"email": email, "password": password})["token"]
    http.headers["Authorization"] = f"Bearer {token}"
    return http


def _get(http: httpx.Client, path: str) -> dict[str, Any]:
    found: dict[str, Any] = http.get(path).raise_for_status().json()
    return found


def _send(http: httpx.Client, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    answer = http.request(method, path, json=body)
    if not answer.is_success:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
    said: dict[str, Any] = answer.json() if answer.content else {}
    return said
