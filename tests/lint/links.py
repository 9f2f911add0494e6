#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does every link between the project's pages lead somewhere?

    links.py            of the source
    links.py FOLDER     of the pages that were installed there (share/doc/rstcause)

Looks at relative links of every .md file: the file must exist, and the heading behind a "#" too,
by the names that GitHub gives to headings. Addresses of the web are not asked.
"""

import pathlib
import re
import sys
import urllib.parse

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("plugin", "tests", "cmake", "sample-pcaps", ".github")

_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.M | re.S)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^()\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.M)


def pages():
    yield from SOURCE.glob("*.md")
    for folder in FOLDERS:
        yield from (SOURCE / folder).rglob("*.md")


def reachable(installed):
    """Below what a link may lead: the samples lie beside the documentation, under their own name."""
    return {installed, installed.parents[1] / "rstcause"} if installed else {SOURCE}


def anchors(page):
    """The names of a page's headings, as GitHub makes them."""
    names = set()
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for heading in _HEADING.findall(text):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number, free = 0, name
        while free in names:
            number += 1
            free = f"{name}-{number}"
        names.add(free)
    return names


def dead(page, tops):
    """The links of a page that lead nowhere, or out of the folders named."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for plain, image in _LINK.findall(_CODE.sub("`", text)):
        link = plain or image
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / urllib.parse.unquote(path)).resolve() if path else page
        if not target.exists():
            yield link
        elif not tops & {target, *target.parents}:
            yield f"{link} (outside the project)"
        elif target.suffix == ".md" and anchor and urllib.parse.unquote(anchor) not in anchors(target):
            yield link


def main():
    installed = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    found, tops = installed.rglob("*.md") if installed else pages(), reachable(installed)
    found = sorted(set(found))
    lost = [f"{page.relative_to(installed or SOURCE)}: {link}" for page in found for link in dead(page, tops)]
    if not found:
        lost.append("no page was found")
    print("\n".join(lost), file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
