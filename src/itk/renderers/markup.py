"""The only place where HTML and SVG are put together. Text is escaped unless it is already `Markup`."""

from __future__ import annotations

from collections.abc import Iterable

from itk.renderers.text import visible

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;"})
_VOID = frozenset({"meta", "br", "hr", "link"})
_SHAPES = frozenset({"path", "rect", "circle", "use"})  # of SVG, which hold nothing and may close themselves


class Markup(str):
    """Text that is HTML already. What is added to it is escaped, unless it is Markup too."""

    __slots__ = ()

    def __add__(self, other: str) -> Markup:
        return Markup(str.__add__(self, other if isinstance(other, Markup) else escape(other)))


Child = str | Iterable["Child"] | None
Attribute = str | float | int | bool | None


def escape(text: str) -> Markup:
    """Text for an element or a quoted attribute."""
    return Markup(visible(text).translate(_ESCAPES))


def join(*children: Child) -> Markup:
    """Children one after the other; `None` is nothing."""
    return Markup("".join(_pieces(children)))


def el(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """An element. `class_`, `data_s` and `aria_label` become `class`, `data-s`, `aria-label`; `None` and False vanish.

    >>> el("a", "1 < 2", href="#x", data_s=3)
    '<a href="#x" data-s="3">1 &lt; 2</a>'
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Markup(f"<{tag}{written}>")
    if tag in _SHAPES:
        return Markup(f"<{tag}{written}/>")
    return Markup(f"<{tag}{written}>{join(*children)}</{tag}>")


def num(value: float) -> str:
    """A number for an attribute: one decimal, no `-0`, no exponent."""
    text = f"{value:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text


def _pieces(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, str):
            yield escape(child)
        else:
            yield from _pieces(child)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{num(value) if isinstance(value, float) else escape(str(value))}"'
