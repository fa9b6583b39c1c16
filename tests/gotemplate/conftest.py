"""What the tests of the engine share: both tiers, and the random templates of the oracle."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from gotemplate import Limits, Template, TemplateError
from gotemplate._compile import TooMuch, generate
from gotemplate._limits import Meter
from gotemplate._values import Copier

Render: TypeAlias = Callable[..., Any]
Answer: TypeAlias = dict[str, str]

GO_HAS_NO_LIMITS = Limits(
    template_bytes=1 << 20,
    tokens=1 << 20,
    actions=1 << 20,
    nesting=10_000,
    parens=10_000,
    variables=10_000,
    definitions=10_000,
    steps=1 << 30,
    output_bytes=1 << 30,
    string_chars=1 << 30,
    template_depth=100_000,
    seconds=60,
)


def code_of(template: Template) -> Callable[[Any], str] | None:
    """The generated code of a template; None where only the interpreter does it."""
    try:
        return generate(template._tree, template._mode, template._limits)
    except TooMuch:
        return None


def answer(text: str, data: Any, **options: Any) -> Answer:
    """What the engine answers, as the oracle writes it; checks that both tiers agree."""
    try:
        template = Template.parse(text, **{"limits": GO_HAS_NO_LIMITS, **options})
    except TemplateError as error:
        return {"stage": "parse", "err": str(error)}
    outcome = "out", ""
    try:
        outcome = "out", template.interpret(data)
    except TemplateError as error:
        outcome = "err", str(error)
    code = code_of(template)
    if code is not None:
        try:
            fast = code(Copier(Meter(GO_HAS_NO_LIMITS)).copy(data))
        except Exception:  # noqa: BLE001 - the interpreter has the word
            fast = outcome[1]
        assert fast == outcome[1], template.source()
    return {"out": outcome[1]} if outcome[0] == "out" else {"stage": "exec", "err": outcome[1]}


@pytest.fixture
def ask() -> Callable[..., Answer]:
    return answer


@pytest.fixture
def code() -> Callable[[Template], Callable[[Any], str] | None]:
    return code_of


@pytest.fixture
def unlimited() -> Limits:
    return GO_HAS_NO_LIMITS


@pytest.fixture(scope="session")
def questions() -> ModuleType:
    """The random templates that Go was asked about: tests/gotemplate/oracle/questions.py."""
    path = Path(__file__).parent / "oracle" / "questions.py"
    spec = importlib.util.spec_from_file_location("gotemplate_questions", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
