"""A template, parsed once and rendered often."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from gotemplate._analysis import analyse
from gotemplate._ast import Tree
from gotemplate._compile import Render, TooMuch, generate
from gotemplate._demands import Demand
from gotemplate._demands import new_demands as demands_of
from gotemplate._errors import LimitError
from gotemplate._exec import execute, located
from gotemplate._limits import Hurry, Limits, Meter, exceeded
from gotemplate._parse import parse
from gotemplate._print import source
from gotemplate._shape import Need, Shape, needs, root_schema
from gotemplate._strconv import replace_surrogates, to_utf8
from gotemplate._values import Copier, Foreign, MissingKey, Mode, Numbers

T = TypeVar("T")

_INTERPRETED: Final = 2  # renders before code is generated
_DEFAULTS: Final = Limits()


class Template:
    """A Go template: immutable, and safe to render from many threads at once.

    Made by `Template.parse`. Pickles as its syntax tree.
    """

    __slots__ = ("_fast", "_limits", "_mode", "_renders", "_tree")

    def __init__(self, tree: Tree, mode: Mode, limits: Limits) -> None:
        self._tree = tree
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
            ValueError: `missingkey` or `numbers` is no such word.
        """
        return cls(parse(text, name, limits), Mode(missingkey, numbers), limits)

    def with_limits(self, limits: Limits) -> Template:
        """The same template with other limits for its renders: cheap, it is not parsed again."""
        return Template(self._tree, self._mode, limits)

    def __reduce__(self) -> tuple[object, ...]:
        return Template, (self._tree, self._mode, self._limits)  # generated code stays behind

    def render(self, variables: Mapping[str, object]) -> str:
        """The template filled with `variables`: None, bool, int, float, str, and mappings and sequences of them.

        Raises:
            ExecError: the data does not suit the template, or holds something else; with Go's text.
            LimitError: it would cost more than the limits allow.
        """
        fast = self._fast
        if fast is None:
            return self._without_code(variables)
        try:
            return fast(variables)
        except LimitError as error:
            raise located(error, self._tree, error.pos) from None
        except Foreign:
            return self.render(self._copy(variables, Meter(self._limits)))
        except Exception:  # noqa: BLE001 - whatever it is, the interpreter finds Go's words or the right text
            return self.interpret(variables)

    def interpret(self, variables: Mapping[str, object]) -> str:
        """The same as `render`, always by the interpreter: what tests and the curious compare with."""
        return self._interpret(variables, Meter(self._limits))

    def _interpret(self, variables: Mapping[str, object], meter: Meter) -> str:
        try:
            parts = execute(self._tree, variables, self._mode, meter)
        except Foreign:
            parts = execute(self._tree, self._copy(variables, meter), self._mode, meter)
        return _joined(parts, self._tree.main, self._limits)

    def _copy(self, variables: Mapping[str, object], meter: Meter) -> dict[str, object]:
        try:
            return Copier(meter).copy(variables)  # type: ignore[no-any-return] # of a mapping
        except LimitError as error:
            raise located(error, self._tree, 0) from None
        except RecursionError:
            raise exceeded("nesting", self._limits.nesting, name=self._tree.main, line=1) from None

    def _without_code(self, variables: Mapping[str, object]) -> str:
        """A render before code is generated, which a template that is rendered again or does much deserves."""
        if self._renders < _INTERPRETED:
            self._renders += 1
            with suppress(Hurry):
                return self._interpret(variables, Meter(self._limits, hasty=True))
        if self._renders <= _INTERPRETED:
            self._renders = _INTERPRETED + 1
            with suppress(TooMuch, RecursionError, MemoryError, SyntaxError):  # the last three: CPython's own limits
                self._fast = generate(self._tree, self._mode, self._limits)
            if self._fast is not None:
                return self.render(variables)
        return self.interpret(variables)

    def source(self) -> str:
        """The template printed from its syntax tree: other text, perhaps, but it parses to the same tree."""
        return source(self._tree)

    def variables(self, *others: Template) -> tuple[Need, ...]:
        """What the template, and others given the same data, read of it, in the order of the text."""
        return self._analysed(others, lambda shape: tuple(needs(shape)))

    def input_schema(self, *others: Template) -> dict[str, Any]:
        """The same as a JSON Schema (draft 2020-12) of the mapping that `render` takes."""
        return self._analysed(others, root_schema)

    def _analysed(self, others: Sequence[Template], shown: Callable[[Shape], T]) -> T:
        trees = [template._tree for template in (self, *others)]  # noqa: SLF001 - of the same class
        try:
            return shown(analyse(trees, self._mode, Meter(self._limits)))
        except RecursionError:
            raise exceeded("nesting", self._limits.nesting, name=self._tree.main, line=1) from None


def new_demands(old: Sequence[Template], new: Sequence[Template]) -> tuple[Demand, ...]:
    """What new templates may fail on, given data that the old ones were all rendered with; empty where nothing is.

    What is not listed is proved not to fail; what is listed may, for some data. Limits are not looked at, nor are
    integers beyond 64 bits.

    Raises:
        LimitError: finding out takes too long.
    """
    before, after = (
        [(one._tree, one._mode, Meter(one._limits)) for one in templates]  # noqa: SLF001 - the class is of this module
        for templates in (old, new)
    )
    try:
        return demands_of(before, after)
    except RecursionError:
        raise exceeded("nesting", _DEFAULTS.nesting) from None


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
