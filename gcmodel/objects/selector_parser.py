"""Reads label selectors from query strings, with upstream's own complaints.

Upstream: ``Lexer`` and ``Parser`` in apimachinery pkg/labels/selector.go
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from gcmodel.objects.field_errors import aggregate_text
from gcmodel.objects.selectors import (
    Operator,
    Requirement,
    Selector,
    SelectorError,
    key_errors,
    requirement,
)

_WHITESPACE = " \t\r\n"
_SPECIAL = "=!(),><"
_END_BYTE = "\0"


class Token(Enum):
    """What the lexer tells apart."""

    END = ""
    IDENTIFIER = "identifier"
    CLOSE = ")"
    COMMA = ","
    NOT = "!"
    DOUBLE_EQUALS = "=="
    EQUALS = "="
    GREATER_THAN = ">"
    IN = "in"
    LESS_THAN = "<"
    NOT_EQUALS = "!="
    NOT_IN = "notin"
    OPEN = "("


_LITERALS = {
    token.value: token for token in Token if token not in (Token.END, Token.IDENTIFIER)
}
_OPERATORS = {
    Token.IN: Operator.IN,
    Token.NOT_IN: Operator.NOT_IN,
    Token.EQUALS: Operator.EQUALS,
    Token.DOUBLE_EQUALS: Operator.DOUBLE_EQUALS,
    Token.NOT_EQUALS: Operator.NOT_EQUALS,
    Token.GREATER_THAN: Operator.GREATER_THAN,
    Token.LESS_THAN: Operator.LESS_THAN,
}
_OPERATOR_NAMES = "in, notin, =, ==, !=, gt, lt"
_SETS = (Operator.IN, Operator.NOT_IN)


class Lexeme(NamedTuple):
    """A token and the text it stands for."""

    token: Token
    literal: str


_END = Lexeme(Token.END, "")


def lex(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of *text*; the last one is the end of the string."""
    position = 0
    while True:
        while position < len(text) and text[position] in _WHITESPACE:
            position += 1
        if position >= len(text) or text[position] == _END_BYTE:
            yield _END
            return
        read = _special if text[position] in _SPECIAL else _word
        lexeme, position = read(text, position)
        yield lexeme


def _special(text: str, position: int) -> tuple[Lexeme, int]:
    longest = 2 if text[position : position + 2] in _LITERALS else 1
    literal = text[position : position + longest]
    end = _past_end_byte(text, position + longest)
    return Lexeme(_LITERALS[literal], literal), end


def _word(text: str, position: int) -> tuple[Lexeme, int]:
    end = position
    while end < len(text) and text[end] not in _WHITESPACE + _SPECIAL + _END_BYTE:
        end += 1
    literal = text[position:end]
    token = _LITERALS.get(literal, Token.IDENTIFIER)
    return Lexeme(token, literal), _past_end_byte(text, end)


def _past_end_byte(text: str, end: int) -> int:
    # A zero byte ends a token and is lost, as upstream's lexer loses it.
    return end + 1 if text[end : end + 1] == _END_BYTE else end


def parse(text: str) -> Selector:
    """Read a label selector.

    * **All or nothing**: the first mistake decides.
    * **Judged**: every key and value is one that a label could have.

    Raises:
        SelectorError: With the text that the server answers.
    """
    return _Parser(text).selector()


class _Parser:
    """Walks the lexemes of one string, one requirement at a time."""

    def __init__(self, text: str) -> None:
        self._lexemes = list(lex(text))
        self._position = 0

    def selector(self) -> Selector:
        token, literal = self._peek()
        if token not in (Token.IDENTIFIER, Token.NOT, Token.END):
            raise _found(literal, "!, identifier, or 'end of string'")
        requirements: list[Requirement] = []
        while self._peek().token is not Token.END:
            requirements.append(self._prefixed(self._requirement))
            self._separator()
        return Selector.of(requirements)

    def _separator(self) -> None:
        token, literal = self._take()
        if token is Token.END:
            self._position -= 1
            return
        if token is not Token.COMMA:
            raise _found(literal, "',' or 'end of string'")
        token, literal = self._peek()
        if token not in (Token.IDENTIFIER, Token.NOT):
            raise _found(literal, "identifier after ','")

    @staticmethod
    def _prefixed(read: Callable[[], Requirement]) -> Requirement:
        try:
            return read()
        except SelectorError as error:
            raise SelectorError(f"unable to parse requirement: {error}") from error

    def _requirement(self) -> Requirement:
        token, key = self._take()
        negated = token is Token.NOT
        if negated:
            token, key = self._take()
        if token is not Token.IDENTIFIER:
            raise _found(key, "identifier")
        if errors := key_errors(key):
            raise SelectorError(aggregate_text(error.text() for error in errors))
        if negated:
            return requirement(key, Operator.DOES_NOT_EXIST)
        if self._peek().token in (Token.END, Token.COMMA):
            return requirement(key, Operator.EXISTS)
        operator = self._operator()
        values = self._values() if operator in _SETS else self._value()
        return requirement(key, operator, sorted(values))

    def _operator(self) -> Operator:
        token, literal = self._take(words=False)
        if token not in _OPERATORS:
            raise _found(literal, _OPERATOR_NAMES)
        return _OPERATORS[token]

    def _value(self) -> set[str]:
        if self._peek().token in (Token.END, Token.COMMA):
            return {""}
        token, literal = self._take()
        if token is not Token.IDENTIFIER:
            raise _found(literal, "identifier")
        return {literal}

    def _values(self) -> set[str]:
        token, literal = self._take()
        if token is not Token.OPEN:
            raise SelectorError(f"found '{literal}' expected: '('")
        token, literal = self._peek()
        if token is Token.CLOSE:
            self._take()
            return {""}
        if token not in (Token.IDENTIFIER, Token.COMMA):
            raise _found(literal, "',', ')' or identifier")
        values = self._list()
        self._take()
        return values

    def _list(self) -> set[str]:
        values: set[str] = set()
        while True:
            token, literal = self._take()
            if token is Token.IDENTIFIER:
                values.add(literal)
                token, literal = self._peek()
                if token is Token.CLOSE:
                    return values
                if token is not Token.COMMA:
                    raise _found(literal, "',' or ')'")
            elif token is Token.COMMA:
                if self._after_comma(values):
                    return values
            else:
                raise _found(literal, "',', or identifier")

    def _after_comma(self, values: set[str]) -> bool:
        """Add the empty values that a comma implies; return whether the list ends."""
        if not values:
            values.add("")
        token = self._peek().token
        if token in (Token.CLOSE, Token.COMMA):
            values.add("")
        if token is Token.COMMA:
            self._take()
        return token is Token.CLOSE

    def _peek(self) -> Lexeme:
        return _as_word(self._lexemes[self._position])

    def _take(self, *, words: bool = True) -> Lexeme:
        lexeme = self._lexemes[self._position]
        self._position += 1
        return _as_word(lexeme) if words else lexeme


def _as_word(lexeme: Lexeme) -> Lexeme:
    """Read the two keywords as identifiers, which they are but for operators."""
    if lexeme.token in (Token.IN, Token.NOT_IN):
        return Lexeme(Token.IDENTIFIER, lexeme.literal)
    return lexeme


def _found(literal: str, expected: str) -> SelectorError:
    return SelectorError(f"found '{literal}', expected: {expected}")
