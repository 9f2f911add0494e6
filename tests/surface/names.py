# SPDX-License-Identifier: GPL-2.0-or-later
"""The names that filters, scripts and dashboards hold: fields and keys of JSON with their types, expert
infos (so the tokens), protocols, preferences, statistics. They are kept in fields.expected, each with the
version that brought it. A name comes, goes or changes its type only when

1. the list says so:  sh tests/surface/run.sh names --bless  writes it, and
2. CHANGELOG.md names it under that version (names of the first version are its "Added").

A name that went stays in the list, as "gone", for it must not come back with another meaning.
"""

import pathlib
import re
import sys
import unittest

import surface

TOP = pathlib.Path(__file__).parents[2]
LIST = pathlib.Path(__file__).with_name("fields.expected")
IN_WORDS = {"FT_STRING": "string", "FT_BOOLEAN": "boolean", "FT_NONE": "no value", "FT_UINT8": "unsigned integer",
            "FT_UINT32": "unsigned integer", "FT_UINT64": "unsigned integer", "FT_FRAMENUM": "frame number",
            "FT_RELATIVE_TIME": "relative time"}
HEADER = """\
# What users hold on to. Written by: sh tests/surface/run.sh names --bless; see names.py.
# kind\tname\ttype\tsince
"""


def version():
    """The version under way, as CMakeLists.txt says."""
    return re.search(r"^project\(rstcause\s+VERSION (\S+)", (TOP / "CMakeLists.txt").read_text(), re.M)[1]


def chapters(text):
    """{version: its text} of a changelog; what is not released counts as the version under way."""
    parts = re.split(r"^## \[([^]]+)\].*\n", text, flags=re.M)[1:]
    found = {}
    for name, body in zip(parts[::2], parts[1::2]):
        name = version() if name == "Unreleased" else name
        found[name] = found.get(name, "") + body
    return found


def shown():
    """{(kind, name): type} as tshark shows them."""
    names = {}
    for line in surface.run("with", "-G", "fields").lines:
        columns = line.split("\t")
        if columns[0] == "P" and columns[2].startswith("rstcause"):
            names["protocol", columns[2]] = "-"
        elif columns[0] == "F" and columns[2].startswith("rstcause."):
            is_expert = columns[2].startswith("rstcause.expert.")
            names["expert" if is_expert else "field", columns[2]] = columns[3]
    for line in surface.run("with", "-G", "currentprefs").lines:
        if found := re.match(r"#?(rstcause[\w.]*):", line):
            names["preference", found[1]] = "-"
    help_text = surface.run("with", "-z", "help")
    for line in (help_text.text + help_text.complaint).splitlines():
        if found := re.match(r"\s*(rstcause,\w+)", line):
            names["statistics", found[1]] = "-"
    types = surface.keys()
    for key in surface.run("with", "-r", surface.samples()[0], "-q", "-z", "rstcause,csv").lines[0].split(","):
        names["key", key] = types.get(key, "not told")
    return names


def listed(text):
    """{(kind, name): (type, since)} of the list."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {(kind, name): (type_, since) for kind, name, type_, since in rows}


def renewed(old, now, this_version):
    """The list after a change: what is new, gone or of another type got so in this version."""
    new = {key: old[key] if key in old and old[key][0] == type_ else (type_, this_version)
           for key, type_ in now.items()}
    # Before the first release nobody holds anything.
    held = {key: value for key, value in old.items() if value[1] != this_version}
    for key in held.keys() - now.keys():
        new[key] = old[key] if old[key][0] == "gone" else ("gone", this_version)
    return new


def untold(names, changelog):
    """The names that the changelog owes."""
    told = chapters(changelog)
    first = min((since for _, since in names.values()), key=lambda since: [int(part) for part in since.split(".")],
                default=None)
    return sorted(f"{name} ({since})" for (_, name), (_, since) in names.items()
                  if since != first and f"`{name}`" not in told.get(since, ""))


def text_of(names):
    return HEADER + "".join(f"{kind}\t{name}\t{type_}\t{since}\n" for (kind, name), (type_, since) in sorted(names.items()))


class Names(surface.Surface):
    def test_are_those_of_the_list(self):
        old = listed(LIST.read_text())
        there = {key: type_ for key, (type_, _) in old.items() if type_ != "gone"}
        now = shown()
        changes = [f"{kind} {name}: {there.get((kind, name), 'not there')} -> {now.get((kind, name), 'gone')}"
                   for kind, name in sorted(now.keys() | there.keys()) if now.get((kind, name)) != there.get((kind, name))]
        self.assertEqual(changes, [], "If this is meant: sh tests/surface/run.sh names --bless")

    def test_the_list_is_not_empty(self):
        kinds = {kind for kind, _ in listed(LIST.read_text())}
        self.assertEqual(kinds, {"expert", "field", "key", "preference", "protocol", "statistics"})

    def test_changes_are_told_in_the_changelog(self):
        self.assertEqual(untold(listed(LIST.read_text()), (TOP / "CHANGELOG.md").read_text()), [])

    def test_the_manual_page_explains_each(self):
        explained = {word.rstrip(".") for word in re.findall(r"rstcause[\w.,]*", surface.manual())}
        # The handles before TCP and ICMP show nothing.
        silent = {"rstcause_watch", "rstcause_watch_icmp", "rstcause_watch_icmpv6"}
        self.assertEqual([name for kind, name in shown()
                          if kind not in ("expert", "key") and name not in explained | silent], [])

    def test_the_manual_page_tells_the_type_of_each_field(self):
        told = {}
        fields = surface.manual().partition(".SH CAUSES")[0]
        for names, type_ in re.findall(r'^\.BR (rstcause\..*) " \(([a-z ]+)', fields, re.M):
            told.update({name: type_ for name in names.split(' ", " ')})
        self.assertEqual(told, {name: IN_WORDS[type_] for (kind, name), type_ in shown().items() if kind == "field"})


class TheRules(unittest.TestCase):
    """The rules themselves, on a list of two names that 1.0.0 brought."""

    old = {("field", "a"): ("FT_STRING", "1.0.0"), ("field", "b"): ("FT_UINT8", "1.0.0")}

    def test_no_change_is_no_change(self):
        self.assertEqual(renewed(self.old, {("field", "a"): "FT_STRING", ("field", "b"): "FT_UINT8"}, "1.1.0"), self.old)

    def test_a_new_name_a_new_type_and_a_loss_are_of_this_version(self):
        new = renewed(self.old, {("field", "a"): "FT_UINT8", ("field", "c"): "FT_STRING"}, "1.1.0")
        self.assertEqual(new, {("field", "a"): ("FT_UINT8", "1.1.0"), ("field", "b"): ("gone", "1.1.0"),
                               ("field", "c"): ("FT_STRING", "1.1.0")})

    def test_a_name_that_was_never_released_may_go(self):
        self.assertEqual(renewed(self.old, {}, "1.0.0"), {})

    def test_a_later_change_must_be_told_in_its_chapter(self):
        new = {**self.old, ("field", "c"): ("FT_STRING", "1.1.0")}
        chapter = "## [1.1.0] - 2030-01-01\n\n- {}\n\n## [1.0.0] - 2029-01-01\n\n- `c`\n"
        self.assertEqual(untold(new, chapter.format("more fields")), ["c (1.1.0)"])
        self.assertEqual(untold(new, chapter.format("the field `c`")), [])

    def test_versions_are_compared_as_numbers(self):
        self.assertEqual(untold({("field", "a"): ("-", "0.10.0"), ("field", "b"): ("-", "0.9.0")}, ""), ["a (0.10.0)"])


if __name__ == "__main__":
    if sys.argv[1:] == ["--bless"]:
        LIST.write_text(text_of(renewed(listed(LIST.read_text()) if LIST.exists() else {}, shown(), version())))
        print(f"{LIST}: read the diff, and tell it in CHANGELOG.md")
    else:
        surface.main()
