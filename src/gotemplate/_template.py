"""A template, parsed once and rendered often."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final

from gotemplate._analysis import analyse
from gotemplate._compile import Render, TooMuch, generate
from gotemplate._errors import LimitError
from gotemplate._exec import execute, located
from gotemplate._limits import Limits, Meter, exceeded
from gotemplate._parse import parse
from gotemplate._print import source
from gotemplate._shape import Need, needs, root_schema
from gotemplate._strconv import replace_surrogates, to_utf8
from gotemplate._values import MissingKey, Mode, Numbers

_PLAIN: Final = Mode("error", "exact")
_INTERPRETED: Final = 2  # renders before code is generated
_DEFAULTS: Final = Limits()


class Template:
    """A Go template: immutable, and safe to render from many threads at once.

    Made by `Template.parse`. Pickles as its text, and is parsed again where it is unpickled.
    """

    __slots__ = ("_fast", "_limits", "_mode", "_renders", "_tree")

    def __init__(self, text: str, name: str = "prompt", *, mode: Mode = _PLAIN, limits: Limits = _DEFAULTS) -> None:
        self._tree = parse(text, name, limits)
        self._mode = mode
        self._limits = limits
        self._fast: Render | None = None
        self._renders = 0

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        name: str = "prompt",
        missingkey: MissingKey = "error",
        numbers: Numbers = "exact",
        limits: Limits = _DEFAULTS,
    ) -> Template:
        """Read a template.

        Args:
            text: the template; lone surrogates in it count as U+FFFD.
            name: what error texts call it, and what `{{define}}` of the same name competes with.
            missingkey: what a key that a mapping lacks is: an error, or (`default`, `zero`) no value.
            numbers: `exact` reads Python integers as Go's int; `float64` reads every number of the data
                as a float64, as Go's JSON decoder does. Source: contracts/go-templates.md, section 1.
            limits: what parsing and each render may cost.

        Raises:
            ParseError: the text is not a template; with Go's text.
            LimitError: it is one, but too much of it.
        """
        return cls(text, name, mode=Mode(missingkey, numbers), limits=limits)

    def __reduce__(self) -> tuple[object, ...]:
        return partial(Template, self._tree.text, self._tree.main, mode=self._mode, limits=self._limits), ()

    def render(self, variables: Mapping[str, object]) -> str:
        """The template filled with `variables`: None, bool, int, float, str, and mappings and sequences of them.

        Raises:
            ExecError: the data does not suit the template, or holds something else; with Go's text.
            LimitError: it would cost more than the limits allow.
        """
        if self._fast is not None:
            try:
                return self._fast(variables)
            except LimitError as error:
                raise located(error, self._tree, error.pos) from None
            except Exception:  # noqa: BLE001, S110 - whatever it is, the interpreter finds Go's words or the right text
                pass
        elif self._renders >= 0:
            self._warm_up()
        return self.interpret(variables)

    def interpret(self, variables: Mapping[str, object]) -> str:
        """The same as `render`, always by the interpreter: what tests and the curious compare with."""
        meter = Meter(self._limits)
        return _joined(execute(self._tree, variables, self._mode, meter), self._tree.main, self._limits)

    def _warm_up(self) -> None:
        """Generate code for a template that is rendered again and again."""
        self._renders += 1
        if self._renders < _INTERPRETED:
            return
        self._renders = -1
        with suppress(TooMuch, RecursionError, MemoryError, SyntaxError):  # the last three: CPython's own limits
            self._fast = generate(self._tree, self._mode, self._limits)

    def source(self) -> str:
        """The template printed from its syntax tree: other text, perhaps, but it parses to the same tree."""
        return source(self._tree)

    def variables(self) -> tuple[Need, ...]:
        """What the template reads of its data, in the order of the text."""
        return tuple(needs(analyse(self._tree, self._mode, Meter(self._limits))))

    def input_schema(self) -> dict[str, Any]:
        """The same as a JSON Schema (draft 2020-12) of the mapping that `render` takes."""
        return root_schema(analyse(self._tree, self._mode, Meter(self._limits)))


def _joined(parts: list[str], name: str, limits: Limits) -> str:
    text = "".join(parts)
    if text.isascii():
        return text
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        text = replace_surrogates(to_utf8(text))
        size = len(text.encode())
    if size > limits.output_bytes:
        raise exceeded("output_bytes", limits.output_bytes, name=name, line=1)
    return text
