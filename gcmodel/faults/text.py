"""Faults as one line of text, for the command line, for reports and for reading.

```
LIST tokens.ext.cattle.io by system:kube-controller-manager -> 500
LIST,WATCH pods in default -> 500 InternalError "etcdserver: request timed out"
DISCOVER /apis/metrics.k8s.io/v1beta1 -> 503 from 2m until 5m
PATCH * named web by system:serviceaccount:* -> delay 3s times 2 chance 0.5
WATCH secrets -> drop
STORED /registry/secrets/default/web -> undecryptable
```
"""

import json
import re

import attrs

from gcmodel.errors import UsageError
from gcmodel.faults.kinds import (
    ANY,
    ANY_RESOURCE,
    VERBS,
    ConnectionRefused,
    Delay,
    DropWatch,
    Effect,
    Fault,
    Forbid,
    Hang,
    Match,
    Refuse,
    StoredFault,
    Undecodable,
    Undecryptable,
)
from gcmodel.kernel.durations import format_duration, parse_duration

EXAMPLE = "LIST tokens.ext.cattle.io by system:kube-controller-manager -> 500"

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')
_PLAIN = re.compile(r'[^\s"]+')
_WHO = {"in": "namespace", "named": "name", "by": "user"}
_WHEN = ("times", "from", "until", "chance")
_PLAIN_EFFECTS: dict[str, Effect] = {
    "forbid": Forbid(),
    "hang": Hang(),
    "drop": DropWatch(),
    "refuse-connection": ConnectionRefused(),
}
_STORED: dict[str, type[StoredFault]] = {
    "undecodable": Undecodable,
    "undecryptable": Undecryptable,
}


def parse_fault(text: str) -> Fault | StoredFault:
    """Read one fault.

    Raises:
        UsageError: It is not one; the message names the part that does not fit.
    """
    try:
        return _parse(_Tokens(_TOKEN.findall(text)))
    except UsageError as error:
        raise UsageError(f"fault {text!r}: {error}; for example: {EXAMPLE}") from error


def fault_text(fault: Fault | StoredFault) -> str:
    """Render *fault* as :func:`parse_fault` reads it."""
    if not isinstance(fault, Fault):
        kind = type(fault).__name__.lower()
        return f"STORED {_word(fault.key)} -> {kind} {json.dumps(fault.error)}"
    return " ".join([*_match_words(fault.match), "->", *_effect_words(fault)])


@attrs.define
class _Tokens:
    """What is left of the line, read from the left."""

    left: list[str]

    def next_is(self, *keywords: str) -> bool:
        return bool(self.left) and self.left[0].lower() in keywords

    def take(self, what: str) -> str:
        """Take the next word or quoted string, which is meant to be *what*."""
        if not self.left or self.left[0] == "->":
            raise UsageError(f"{what} is missing")
        token = self.left.pop(0)
        if not token.startswith('"'):
            return token
        try:
            return str(json.loads(token, strict=False))
        except ValueError as error:
            raise UsageError(f"{token} is no quoted string") from error

    def take_arrow(self) -> None:
        if self.left[:1] not in (["->"], ["→"]):
            found = self.left[0] if self.left else "the end"
            raise UsageError(f"-> must stand before {found}")
        del self.left[0]

    def take_quoted(self) -> str | None:
        if self.left and self.left[0].startswith('"'):
            return self.take("text")
        return None


def _parse(tokens: _Tokens) -> Fault | StoredFault:
    stored = tokens.next_is("stored")
    verb = tokens.take("the verb")
    target = tokens.take("the key" if stored else "the resource")
    fault = _stored(target, tokens) if stored else _request(verb, target, tokens)
    if tokens.left:
        raise UsageError(f"{' '.join(tokens.left)} is not understood at its end")
    return fault


def _stored(key: str, tokens: _Tokens) -> StoredFault:
    tokens.take_arrow()
    word = tokens.take("what is wrong with the stored value").lower()
    if word not in _STORED:
        raise UsageError(
            f"{word} is nothing that a stored value can be; use {' or '.join(_STORED)}"
        )
    error = tokens.take_quoted()
    return _STORED[word](key) if error is None else _STORED[word](key, error)


def _request(verb: str, target: str, tokens: _Tokens) -> Fault:
    who = {"path" if target.startswith("/") else "resource": target}
    while tokens.next_is(*_WHO):
        field = _WHO[tokens.take("").lower()]
        if field in who:
            raise UsageError(f"the {field} is given twice")
        who[field] = tokens.take(f"the {field}")
    match = Match(verb=verb, **who)
    tokens.take_arrow()
    effect = _effect(tokens)
    when: dict[str, int | float] = {}
    while tokens.next_is(*_WHEN):
        word = tokens.take("").lower()
        when |= _when(word, tokens.take(f"a value after {word}"))
    return Fault(match, effect, **when)  # type: ignore[arg-type]  # one dict, two types


def _effect(tokens: _Tokens) -> Effect:
    word = tokens.take("the effect").lower()
    if word in _PLAIN_EFFECTS:
        return _PLAIN_EFFECTS[word]
    if word == "delay":
        return Delay(parse_duration(tokens.take("the duration"), "delay"))
    if not (word.isascii() and word.isdigit()):
        raise UsageError(
            f"{word} is no effect; use a status such as 500, delay, "
            f"{', '.join(_PLAIN_EFFECTS)}"
        )
    reason = ""
    if tokens.left and not tokens.next_is(*_WHEN) and tokens.left[0][0] != '"':
        reason = tokens.take("the reason")
    return Refuse(_number("code", word), reason, tokens.take_quoted() or "")


def _when(word: str, value: str) -> dict[str, int | float]:
    if word == "times":
        return {"times": _number(word, value)}
    if word == "chance":
        try:
            return {"probability": float(value)}
        except ValueError as error:
            raise UsageError(
                f"chance={value}: must be more than 0 and at most 1"
            ) from error
    field = "after_ns" if word == "from" else "until_ns"
    return {field: parse_duration(value, word)}


def _number(name: str, value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise UsageError(f"{name}={value}: must be a whole number of 1 or more")
    return int(value)


def _match_words(match: Match) -> list[str]:
    verbs = ANY if match.verb == VERBS else ",".join(match.verb).upper()
    words = [verbs, _target(match)]
    for keyword, field in _WHO.items():
        pattern = getattr(match, field)
        if pattern != ANY:
            words += [keyword, _word(pattern)]
    return words


def _target(match: Match) -> str:
    if match.path != ANY:
        return _word(match.path)
    whole = match.resource == ANY_RESOURCE
    return ANY if whole else _word(str(match.resource))


def _effect_words(fault: Fault) -> list[str]:
    words = _one_effect(fault.effect)
    if fault.times is not None:
        words += ["times", str(fault.times)]
    if fault.after_ns:
        words += ["from", format_duration(fault.after_ns)]
    if fault.until_ns is not None:
        words += ["until", format_duration(fault.until_ns)]
    if fault.probability < 1:
        words += ["chance", repr(float(fault.probability))]
    return words


def _one_effect(effect: Effect) -> list[str]:
    if isinstance(effect, Delay):
        return ["delay", format_duration(effect.duration_ns)]
    if isinstance(effect, Refuse):
        quoted = [json.dumps(effect.message)] if effect.message else []
        return [str(effect.code), *filter(None, [effect.reason]), *quoted]
    return [next(word for word, one in _PLAIN_EFFECTS.items() if one == effect)]


def _word(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text != "->" else json.dumps(text)
