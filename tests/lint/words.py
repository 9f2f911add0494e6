# SPDX-License-Identifier: GPL-2.0-or-later
"""Words that no native engineer would say, in comments, texts and pages; each with what to say instead.

A word comes onto the list when it recurs. Names are left alone (rstcause.belies, the query to_mend): a
word within a longer name is none.
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
WORDS = {
    r"mend(s|ed|ing)?": "fix",
    r"oftener": "more often",
    r"(?-i:told as)": "reported as",
    r"to be had": "available, found, to get",
    r"as ever": "as always, as usual",
    r"gives? the lie": "contradicts",
    r"reckons?": "computes, takes for",
    r"thrice": "three times",
    r"oft": "often",
    r"nought|naught": "nothing, 0",
    r"whereof|whither|whence|thereof": "of which, where to, from where",
    r"betwixt": "between",
    r"lest": "so that ... not",
    r"alike as": "just as",
    r"makes? (no|little) wonder": "is no surprise",
    r"hearkens?": "listens",
}
# Whose sentences have a translation beside them, which goes by the English (lint.sentences), with the
# pages that are generated from them; what is a record of the past; the words of others.
LEFT_OUT = re.compile(
    r"plugin/batch/report/|plugin/docs/report\.html|tests/surface/report|plugin/engine/judge/causes/|"
    r"plugin/docs/causes/|plugin/resp/remedy\.cpp|tests/lint/cause_pages\.py|plugin/docs/(accuracy|calibration)\.md|tests/lab/|tests/golden/.*\.expected|tests/lint/words\.py|"
    r"CHANGELOG\.md|LICENSE|README\.md$|tests/samples/|tests/fuzz/(seeds|found)/|sample-pcaps/")
TEXT = {".h", ".cpp", ".def", ".py", ".sh", ".sql", ".cmake", ".md", ".in", ".txt", ".json", ""}
PATTERN = re.compile(r"\b(?:" + "|".join(f"(?:{word})" for word in WORDS) + r")\b", re.I)


def instead_of(found):
    return next(say for word, say in WORDS.items() if re.fullmatch(word, found, re.I))


def files():
    for folder in ("plugin", "tests", "cmake", "findings", ".github", ".ci"):
        for path in sorted((SOURCE / folder).rglob("*")):
            name = path.relative_to(SOURCE).as_posix()
            if path.is_file() and path.suffix in TEXT and not LEFT_OUT.match(name) and "__pycache__" not in name:
                yield name, path


def main():
    wrong, read = [], 0
    for name, path in files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        read += 1
        for number, line in enumerate(lines, 1):
            wrong += [f'{name}:{number}: "{found[0]}": say {instead_of(found[0])}' for found in PATTERN.finditer(line)]
    if read < 100:
        wrong.append(f"only {read} files were read below {SOURCE}")
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
