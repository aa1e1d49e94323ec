"""Secrets that a name beside them gives away, in text that is no JSON.

`password=x`, `secret: x`, `'password': 'x'` and its escaped forms, `Cookie: a=b; c=d`, `--password x`,
`<password>x</password>`, `?sig=x`. Where a value ends is a guess; when in doubt it ends later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from itk.redact.keys import Keys, Sensitive, words
from itk.redact.masks import MASK
from itk.redact.patterns import Hit

_QUOTE = r"(?:\\*+[\"'`]|&quot;|&\#3[49];|&apos;)"
_KEY = re.compile(
    rf"(?<![\w$.%\-])([\w$.%\-]++)(?>(?:{_QUOTE})?)\]?+(?>(?:{_QUOTE})?)[ \t]*+(=>|:=|={{1,3}}|:(?!:))([ \t]*+)"
)
_OPTION = re.compile(rf"(?<![\w\-])--?([A-Za-z][\w.\-]*+)(?>(?:{_QUOTE})?),?+[ \t]++(?>(?:{_QUOTE})?)(?![\-\s])")
_ELEMENT = re.compile(r"<((?>(?:\w++:)?)[\w.\-]++)(?>(?:\s[^<>]*+)?)>")
_WORDS_BEFORE = re.compile(r"([A-Za-z]+[ \t]){1,2}$")

_OPEN_QUOTE = re.compile(rf"(?>(?:[bBuUrRfF]{{1,2}})?)({_QUOTE})")
_STOP = r"(?=[\s,;&|]|$)|(?=[\w$.\-\[\]%]{1,64}[=:])"
_BARE = re.compile(
    rf"(?>(?:[^\s\"'`,;&|<]++|[,;|](?!{_STOP})|[\"'`](?=\w)|<(?![/!]|[A-Za-z][\w\-]{{0,20}}[\s/>])|&(?!{_STOP}|(?:quot|apos|lt|gt|amp);|\#))+)"
)
_NEXT_WORD = re.compile(r"[ \t]++(?![\w$.\-]{1,64}[=:]|--)")
_SETTING_END = re.compile(r"[;\"'\r\n]")
_TUPLE = re.compile(r"\([bu]?[\"']([\w$.:/\-]{1,128}+)[\"'],[ ]?[bu]?([\"'])")
_NEXT_PAIR = re.compile(r"[ \t][\w$.\-]{1,64}=")
_SCHEME = re.compile(r"(?i)(?:(bearer|basic|token|apikey|negotiate|ntlm)|digest|aws4-hmac-sha256|oauth|hawk)[ \t]")
_LINE_END = re.compile(r"[\r\n]")
_HEADER_END = re.compile(r"[\r\n\"'`]|\\[\"'nr]|&quot;")
_BRACKET = re.compile(r"\"(?>(?:[^\"\\]|\\.)*)\"?+|'(?>(?:[^'\\]|\\.)*)'?+|[\[\](){}]", re.DOTALL)
_NOTHING = re.compile(r"(?i)(?:null|none|nil|undefined|true|false|nan|\*+|\.+)[)\]}>.]*$")
_ENDS = {"key", "keys", "number", "no", "code", "phrase", "string", "is", "was", "value", "birth", "security"}
_SAID = re.compile(
    r"(?i)\b(?:password|passwort|passphrase|passcode|pass ?word|pin|otp|secret|secret word"
    r"|(?:verification|one-time|security) code)[ \t]++(?:is|was|=|ist)[ \t]++"
    r"(?!(?:not|wrong|incorrect|invalid|required|missing|expired|too|correct|being|the|an?|in|set|empty|null|none|ok"
    r"|valid)\b)[\"'`]?([^\s\"'`]++)"
)
_QUERY_KEYS = {"sig", "signature", "hmac"}
_QUERY_TOKENS = {"code", "key", "k", "auth"}
_QUERY_TOKEN_MIN = 16


def find(text: str, keys: Keys) -> Iterator[Hit]:
    """Every value in `text` whose name is sensitive."""
    yield from _assignments(text, keys)
    yield from (Hit(*found.span(1), "password") for found in _SAID.finditer(text))
    if "--" in text or " -" in text:
        yield from _options(text, keys)
    if "(" in text:
        yield from _tuples(text, keys)
    if "<" in text:
        yield from _elements(text, keys)


def _assignments(text: str, keys: Keys) -> Iterator[Hit]:
    at = 0
    while found := _KEY.search(text, at):
        at = found.end()
        why = _why(text, found, keys)
        if why is None:
            continue
        span = _value(text, found, why)
        if span is None:
            continue
        start, end = span
        at = max(at, end)
        value = text[start:end]
        if value and not _spared(value, why):
            yield Hit(start, end, why.kind)


def _spared(value: str, why: Sensitive) -> bool:
    if why.user:
        return False
    return bool(_NOTHING.match(value)) or (why.soft and value.strip("()[]{}., ").replace(".", "", 1).isdigit())


def _why(text: str, found: re.Match[str], keys: Keys) -> Sensitive | None:
    name = found[1]
    if "%" in name:
        name = unquote(name)
    start = found.start()
    if found[2] == ":" and _in_arn(text, start):
        return None
    if why := keys.find(name):
        return why
    if text[start - 1 : start] in ("?", "&", ";") and found[2] == "=":
        last = words(name)[-1:]
        if last and last[0] in _QUERY_KEYS:
            return Sensitive("signature")
        if name.lower() in _QUERY_TOKENS and len(_bare(text, found.end())) >= _QUERY_TOKEN_MIN:
            return Sensitive("token")
    if (
        name.lower() in _ENDS
        and text[start - 1 : start] in (" ", "\t")
        and (before := _WORDS_BEFORE.search(text, max(0, start - 40), start))
    ):
        return keys.find(before[0] + name)  # `API key: x`, `client secret = x`
    return None


def _in_arn(text: str, at: int) -> bool:
    """Within `arn:aws:secretsmanager:eu-west-1:123456789012:secret:db`, a name and no secret."""
    arn = text.rfind("arn:", max(0, at - 200), at)
    return arn >= 0 and not any(c.isspace() or c in "\"'<>,;=?&" for c in text[arn:at])


def _value(text: str, found: re.Match[str], why: Sensitive) -> tuple[int, int] | None:
    at = found.end()
    if quote := _OPEN_QUOTE.match(text, at):
        return quote.end(), _closing(text, quote.end(), quote[1])
    if MASK.match(text, at):
        return at, at + len(_bare(text, at))
    header = why.kind in ("authorization", "cookie")
    if found[2] == ":" and header and text[at : at + 1] not in ("{", "[", "("):
        return at, _header_end(text, found, at, why)
    if text[at : at + 1] in ("{", "[", "("):
        return at, _balanced(text, at)
    return at, _bare_end(text, found, at, why)


def _closing(text: str, start: int, quote: str) -> int:
    """Where a quoted value ends. A cut text has no closing quote: then all of it is the value."""
    if quote.startswith("&"):
        end = text.find(quote, start)
        return end if end >= 0 else len(text)
    mark, depth, at = quote[-1], len(quote) - 1, start
    while (at := text.find(mark, at)) >= 0:
        before = at
        while before > start and text[before - 1] == "\\":
            before -= 1
        slashes = at - before
        if slashes <= depth or (depth == 0 and slashes % 2 == 0):  # `\\"` closes `\\"`, but `\\\\\\"` is nested in it
            return at - min(slashes, depth)
        at += 1
    return len(text)


def _header_end(text: str, found: re.Match[str], at: int, why: Sensitive) -> int:
    quoted = text[max(found.start() - 1, 0) : found.start()] in ("'", '"', "`")
    stop = _HEADER_END if quoted else _LINE_END
    scheme = _SCHEME.match(text, at)
    alone = text[max(found.start() - 1, 0) : found.start()] in ("", "\n", "\r") or quoted  # a line of its own
    if (
        why.kind == "cookie" or alone or (scheme and scheme[1] is None)
    ):  # Digest, AWS4: several parts, all of them telling
        return _found_at(stop, text, at, len(text))
    return _found_at(stop, text, at, _bare_end(text, found, at, why))


def _found_at(pattern: re.Pattern[str], text: str, at: int, end: int) -> int:
    found = pattern.search(text, at, end)
    return found.start() if found else end


def _bare(text: str, at: int) -> str:
    found = _BARE.match(text, at)
    return found[0] if found else ""


def _bare_end(text: str, found: re.Match[str], at: int, why: Sensitive) -> int:
    if scheme := _SCHEME.match(text, at):
        if scheme[1] is None:
            return _found_at(_LINE_END, text, at, len(text))
        at = scheme.end()
    if found[2] == "=" and text[max(found.start() - 1, 0) : found.start()] == ";":  # Server=db;Password=two words;
        return max(_found_at(_SETTING_END, text, at, len(text)), at)
    if _environment_line(text, found):
        return _found_at(_NEXT_PAIR, text, at, _found_at(_LINE_END, text, at, len(text)))
    end = at + len(_bare(text, at))
    if why.kind == "password" and (found[2] == ":" or found[3]):  # a passphrase may have blanks
        while (gap := _NEXT_WORD.match(text, end)) and (more := _bare(text, gap.end())):
            end = gap.end() + len(more)
    while end > at and text[end - 1] in ")]}>\\." and not _opened(text, at, end):
        end -= 1
    return end


def _opened(text: str, start: int, end: int) -> bool:
    opener = {")": "(", "]": "[", "}": "{", ">": "<"}.get(text[end - 1])
    return opener is not None and opener in text[start:end]


def _environment_line(text: str, found: re.Match[str]) -> bool:
    """`DB_PASSWORD=two words`, as in a .env file."""
    before = text[max(0, found.start() - 8) : found.start()]
    if found.start() > 8 and "\n" not in before:
        return False
    line = before.rpartition("\n")[2]
    return found[2] == "=" and not found[3] and line in ("", "export ") and found[1].isupper()


def _balanced(text: str, start: int) -> int:
    """Up to the bracket that closes the one at `start`; to the end of a cut text."""
    depth = 0
    for found in _BRACKET.finditer(text, start):
        if found[0] in "[({":
            depth += 1
        elif found[0] in "])}":
            depth -= 1
            if depth == 0:
                return found.end()
    return len(text)


def _options(text: str, keys: Keys) -> Iterator[Hit]:
    """`--password x`, also as `'--password', 'x'`."""
    for found in _OPTION.finditer(text):
        if found[1].lower().startswith("no-"):
            continue
        if why := keys.find(found[1]):
            before = text[found.end() - 1]
            end = (
                _closing(text, found.end(), before) if before in "\"'`" else found.end() + len(_bare(text, found.end()))
            )
            if not _spared(text[found.end() : end], why) and end > found.end():
                yield Hit(found.end(), end, why.kind)


def _tuples(text: str, keys: Keys) -> Iterator[Hit]:
    """`('authorization', 'Bearer x')`, as Python prints a list of headers."""
    for found in _TUPLE.finditer(text):
        if why := keys.find(found[1]):
            end = _closing(text, found.end(), found[2])
            if end > found.end() and not _spared(text[found.end() : end], why):
                yield Hit(found.end(), end, why.kind)


def _elements(text: str, keys: Keys) -> Iterator[Hit]:
    """`<password>x</password>`, what is nested in it included."""
    never_closed: set[str] = set()
    at = 0
    while found := _ELEMENT.search(text, at):
        at = found.end()
        name = found[1]
        why = keys.find(name.rpartition(":")[2])
        if why is None or found[0].endswith("/>"):
            continue
        end = -1 if name in never_closed else text.find(f"</{name}", at)
        if end < 0:
            never_closed.add(name)
            end = text.find("<", at)
            end = len(text) if end < 0 else end
        if text[at:end].strip() and not _spared(text[at:end].strip(), why):
            yield Hit(at, end, why.kind)
        at = end
