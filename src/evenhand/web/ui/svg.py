"""Just enough SVG: elements that escape what they are given, in a picture that names itself."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.safestring import SafeString, mark_safe

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def words(text: str) -> str:
    """Return the text with every character that XML cannot hold replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)


def picture(name: str, *, title: str, desc: str, kind: str, **attributes: str) -> Element:
    """Return an empty `<svg role="img">` with its title and description.

    Args:
        name: Makes the ids of title and description unique on the page.
        title: What the picture shows, in a few words.
        desc: The same content in words.
        kind: CSS class of the picture.
        attributes: Further attributes; `_` stands for `-`.
    """
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "role": "img",
            "class": kind,
            "aria-labelledby": words(f"{name}-title {name}-desc"),
        },
    )
    for key, value in attributes.items():
        root.set(key.replace("_", "-"), value)
    SubElement(root, "title", {"id": words(f"{name}-title")}).text = words(title)
    SubElement(root, "desc", {"id": words(f"{name}-desc")}).text = words(desc)
    return root


def add(parent: Element, tag: str, **attributes: str | float) -> Element:
    """Append an element; `class_` is `class`, and `_` in other names stands for `-`."""
    plain = {
        key.rstrip("_").replace("_", "-"): words(str(value)) for key, value in attributes.items()
    }
    return SubElement(parent, tag, plain)


def label(parent: Element, text: str, **attributes: str | float) -> Element:
    """Append a `<text>`."""
    element = add(parent, "text", **attributes)
    element.text = words(text)
    return element


def markup(root: Element) -> SafeString:
    """Return the picture as text for a template; the serializer has escaped every value."""
    return mark_safe(tostring(root, encoding="unicode"))  # noqa: S308
