"""Go's text/template in pure Python: exact, fast, bounded, standard library only."""

from gotemplate._errors import ExecError, LimitError, ParseError, TemplateError
from gotemplate._limits import Limits
from gotemplate._shape import Need
from gotemplate._template import Template

__all__ = ["ExecError", "LimitError", "Limits", "Need", "ParseError", "Template", "TemplateError"]
