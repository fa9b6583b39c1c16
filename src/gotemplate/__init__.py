"""Go's text/template in pure Python: exact, fast, bounded, standard library only."""

from gotemplate._demands import Demand
from gotemplate._errors import ExecError, LimitError, ParseError, TemplateError
from gotemplate._limits import Limits
from gotemplate._shape import Need
from gotemplate._template import Template, new_demands

__all__ = [
    "Demand",
    "ExecError",
    "LimitError",
    "Limits",
    "Need",
    "ParseError",
    "Template",
    "TemplateError",
    "new_demands",
]
