"""Template text to tokens.

A token is a plain tuple (kind, position, text): thousands are made, and a tuple is the cheapest thing Python can make.
A text that cannot be read ends in one ERROR token, whose text is Go's message: the parser may find an earlier fault.
Source: contracts/go-templates.md, section 8, items 12 to 15.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from gotemplate._errors import LimitError
from gotemplate._limits import Limits, exceeded
from gotemplate._strconv import quote, unicode_name

Token: TypeAlias = tuple[int, int, str]

# Numbered as in Go, where a template's name with % in it lets them show in errors.
ERROR: Final = 0
BOOL: Final = 1
CHAR: Final = 2
RUNE: Final = 3
COMPLEX: Final = 5
ASSIGN: Final = 6
DECLARE: Final = 7
EOF: Final = 8
FIELD: Final = 9
IDENTIFIER: Final = 10
LEFT: Final = 11
OPEN: Final = 12
NUMBER: Final = 13
PIPE: Final = 14
RAW_STRING: Final = 15
RIGHT: Final = 16
CLOSE: Final = 17
SPACE: Final = 18
STRING: Final = 19
TEXT: Final = 20
VARIABLE: Final = 21
KEYWORD: Final = 22  # all below are words of the language
BLOCK: Final = 23
BREAK: Final = 24
CONTINUE: Final = 25
DOT: Final = 26
DEFINE: Final = 27
ELSE: Final = 28
END: Final = 29
IF: Final = 30
NIL: Final = 31
RANGE: Final = 32
TEMPLATE: Final = 33
WITH: Final = 34

_WORDS: Final = {
    "nil": NIL,
    "block": BLOCK,
    "break": BREAK,
    "continue": CONTINUE,
    "define": DEFINE,
    "else": ELSE,
    "end": END,
    "if": IF,
    "range": RANGE,
    "template": TEMPLATE,
    "with": WITH,
    "true": BOOL,
    "false": BOOL,
}
_SPACES: Final = " \t\r\n"
_IS_SPACE: Final = frozenset(_SPACES)
_TERMINATORS: Final = frozenset(" \t\r\n.,|:()")

# The groups are tried in this order; their numbers are the cases of `_Lexer._action`.
_PIECE: Final = re.compile(
    r"""
      ( \}\} | [ \t\r\n]-\}\} )                                         # 1 right delimiter
    | ( [ \t\r\n]+?(?=[ \t\r\n]-\}\}) | [ \t\r\n]+ )                    # 2 space
    | ( \.(?![0-9]|\Z)\w* | \$\w* )                                     # 3 field, dot or variable
    | ( [^\W0-9]\w* )                                                   # 4 word
    | ( (?=[+\-0-9.]) [+-]? (?: 0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?
                             | 0[oO][0-7_]*(?:\.[0-7_]*)?
                             | 0[bB][01_]*(?:\.[01_]*)?
                             | [0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)? ) i? )     # 5 number, good or bad
    | ( "[^"\\\n]*(?:\\[^\n][^"\\\n]*)*" )                              # 6 string
    | ( `[^`]*` )                                                       # 7 raw string
    | ( '[^'\\\n]*(?:\\[^\n][^'\\\n]*)*' )                              # 8 character
    | ( \( ) | ( \) )                                                   # 9 10
    | ( \| ) | ( := ) | ( = )                                           # 11 12 13
    """,
    re.VERBOSE,
)
_RIGHT_DELIMITER: Final = 1
_WORDY: Final = (3, 4)
_NUMERIC: Final = 5
_PLAIN: Final[dict[int | None, int]] = {
    2: SPACE,
    6: STRING,
    7: RAW_STRING,
    8: RUNE,
    11: PIPE,
    12: DECLARE,
    13: ASSIGN,
}
_UNFINISHED: Final = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
    ":": "expected :=",
}
_STOP: Final = -1


def tokenize(text: str, name: str, limits: Limits) -> list[Token]:
    """All tokens of `text`; the last one is EOF or ERROR."""
    lexer = _Lexer(text, name, limits)
    lexer.run()
    return lexer.tokens


class _Lexer:
    def __init__(self, text: str, name: str, limits: Limits) -> None:
        self.tokens: list[Token] = []
        self._text = text
        self._name = name
        self._limits = limits
        self._depth = 0

    def run(self) -> None:
        text, pos, actions = self._text, 0, 0
        while pos != _STOP:
            start = text.find("{{", pos)
            if start < 0:
                if pos < len(text):
                    self.tokens.append((TEXT, pos, text[pos:]))
                self.tokens.append((EOF, len(text), ""))
                return
            actions += 1
            if actions > self._limits.actions:
                raise self._refusal("actions", start)
            pos = self._open(pos, start)

    def _open(self, pos: int, start: int) -> int:
        """The text before a left delimiter, and what the delimiter opens."""
        text = self._text
        trim = text[start + 2 : start + 3] == "-" and text[start + 3 : start + 4] in _IS_SPACE
        chunk = text[pos:start]
        if trim:
            chunk = chunk.rstrip(_SPACES)
        if chunk:
            self.tokens.append((TEXT, pos, chunk))
        inner = start + 4 if trim else start + 2
        if text.startswith("/*", inner):
            return self._comment(inner)
        self.tokens.append((LEFT, start, "{{"))
        self._depth = 0
        return self._action(inner)

    def _comment(self, start: int) -> int:
        end = self._text.find("*/", start + 2)
        if end < 0:
            return self._error(start, "unclosed comment")
        after = _PIECE.match(self._text, end + 2)
        if after is None or after.lastindex != _RIGHT_DELIMITER:
            return self._error(start, "comment ends before closing delimiter")
        return self._after_right(after)

    def _after_right(self, delimiter: re.Match[str]) -> int:
        pos = delimiter.end()
        if delimiter.group() != "}}":
            while self._text[pos : pos + 1] in _IS_SPACE:
                pos += 1
        return pos

    def _action(self, pos: int) -> int:
        """The inside of one action; the position after it."""
        text, tokens, match = self._text, self.tokens, _PIECE.match
        most = self._limits.tokens
        while pos != _STOP:
            piece = match(text, pos)
            if piece is None:
                pos = self._stray(pos)
                continue
            if len(tokens) > most:
                raise self._refusal("tokens", pos)
            case = piece.lastindex
            if case in _PLAIN:
                tokens.append((_PLAIN[case], pos, piece.group()))
                pos = piece.end()
            elif case in _WORDY:
                pos = self._word(pos, piece.group())
            elif case == _RIGHT_DELIMITER:
                return self._right(piece)
            elif case == _NUMERIC:
                pos = self._number(pos, piece.end())
            else:
                pos = self._paren(pos, piece.group())
        return _STOP

    def _right(self, piece: re.Match[str]) -> int:
        if self._depth:
            return self._error(piece.start(), "unclosed left paren")
        pos = piece.start() if piece.group() == "}}" else piece.start() + 2
        self.tokens.append((RIGHT, pos, "}}"))
        return self._after_right(piece)

    def _paren(self, pos: int, paren: str) -> int:
        if paren == "(":
            self._depth += 1
            self.tokens.append((OPEN, pos, "("))
            return pos + 1
        self._depth -= 1
        if self._depth < 0:
            return self._error(pos, "unexpected right paren")
        self.tokens.append((CLOSE, pos, ")"))
        return pos + 1

    def _word(self, pos: int, word: str) -> int:
        """A field, variable, keyword or identifier, which something must end."""
        if not word.isascii():
            word = _go_word(word)
            if not word:
                return self._stray(pos)
        end = pos + len(word)
        after = self._text[end : end + 1]
        if after and after not in _TERMINATORS and not self._text.startswith("}}", end):
            return self._error(pos, f"bad character {unicode_name(ord(after), sharp=True)}")
        if word[0] == ".":
            kind = FIELD if len(word) > 1 else DOT
        elif word[0] == "$":
            kind = VARIABLE
        else:
            kind = _WORDS.get(word, IDENTIFIER)
        self.tokens.append((kind, pos, word))
        return end

    def _number(self, pos: int, end: int) -> int:
        """A number, or two of them with a sign between, which is a complex one."""
        if not self._number_ends(end):
            return self._bad_number(pos, end + 1)
        kind = NUMBER
        if self._text[end : end + 1] in {"+", "-"}:
            end = _PIECE.match(self._text, end).end()  # type: ignore[union-attr] # a sign always begins a number
            if not self._number_ends(end):
                return self._bad_number(pos, end + 1)
            if self._text[end - 1] != "i":
                return self._bad_number(pos, end)
            kind = COMPLEX
        self.tokens.append((kind, pos, self._text[pos:end]))
        return end

    def _number_ends(self, end: int) -> bool:
        after = self._text[end : end + 1]
        return not after or not _in_word(after)

    def _bad_number(self, pos: int, end: int) -> int:
        return self._error(pos, f"bad number syntax: {quote(self._text[pos:end])}")

    def _stray(self, pos: int) -> int:
        """A character that begins nothing: an error, or a plain token for the parser to refuse."""
        char = self._text[pos : pos + 1]
        if not char:
            return self._error(pos, "unclosed action")
        if char in _UNFINISHED:
            return self._error(pos, _UNFINISHED[char])
        if not " " <= char <= "~":
            return self._error(pos, f"unrecognized character in action: {unicode_name(ord(char), sharp=True)}")
        self.tokens.append((CHAR, pos, char))
        return pos + 1 if char == "," else _STOP  # the parser goes no further

    def _refusal(self, limit: str, pos: int) -> LimitError:
        line = self._text.count("\n", 0, pos) + 1
        return exceeded(limit, getattr(self._limits, limit), name=self._name, line=line)

    def _error(self, pos: int, message: str) -> int:
        self.tokens.append((ERROR, pos, message))
        return _STOP


def _in_word(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()


def _go_word(word: str) -> str:
    """The part of a Python word that Go takes for one: Python's also hold numerals such as the superscript two."""
    for index, char in enumerate(word):
        if not _in_word(char) and (index or char not in ".$"):
            return word[:index]
    return word
