#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages of the causes, plugin/docs/causes/ in English and zh/ below it in Chinese.

    cause_pages.py --causes PROGRAM             are they what the catalogue and the captures say?
    cause_pages.py --causes PROGRAM --renew     write what is generated
                                   --lab DIR    and draw the lab's ladders anew (run.py --out DIR)

PROGRAM is tests/list_causes of a build folder. A page's story is written by hand; generated are
its first line in English, what stands between the comments "catalogue" and "/catalogue" (in
README.md the table of all causes), and each ladder between "ladder ..." and "/ladder", whose
comment names its capture:

    <!-- ladder sample NAME [frames=1-4,9] [show=ttl,id,ts] -->
    <!-- ladder lab SCENARIO POINT [frames=...] [show=...] -->

Samples are drawn at every check; the lab's captures are not in the tree, so their ladders are
only compared between the two languages.
"""

import argparse
import importlib
import json
import pathlib
import re
import subprocess
import sys

import ladder

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = SOURCE / "plugin" / "docs" / "causes"
SAMPLES = SOURCE / "sample-pcaps"
TRUTH = SOURCE / "tests" / "samples" / "truth"
FIELDS = SOURCE / "tests" / "surface" / "fields.expected"

ENGLISH = {
    "folder": PAGES,
    "columns": "| token | cause | severity |",
    "other": "[中文](zh/{name})",
    "says": "The plugin says", "advice": "It advises", "apart": "Told apart by",
    "beside": "Beside it, in its example", "severity": "Severity", "sender": "Sent by",
    "kernel": "Linux tracepoint", "netstat": "Linux counter", "forms": "Forms", "form": "`{detail}` ({words})",
    "ceiling": "At most", "source": "Source", "filter": "Filter",
    "benign": "nothing to mend",
    "senders": {"endpoint": "the host itself", "middlebox": "a device on the path",
                "third_party": "somebody else, in the host's name", "unknown": "not known"},
    "listener": "`TCP_FLAGS` where the port still listens",
    "sure": "{} % sure, from one capture",
    "sample": "`sample-pcaps/{0}.pcap`",
    "lab": "From the lab: `python3 tests/lab/run.py --out DIR {0}` makes it anew, "
           "as `DIR/{0}/{1}.pcap`",
}
CHINESE = {
    "folder": PAGES / "zh",
    "columns": "| token | 原因 | 级别 |",
    "other": "[English](../{name})",
    "says": "插件的结论（原文）", "advice": None, "apart": None,
    "beside": "示例中的并列候选", "severity": "级别", "sender": "实际发送者",
    "kernel": "内核 tracepoint", "netstat": "内核计数器", "forms": "细分形式", "form": "`{detail}`",
    "ceiling": "置信度上限", "source": "依据", "filter": "过滤器",
    "benign": "无需处理",
    "senders": {"endpoint": "主机自己", "middlebox": "路径上的设备",
                "third_party": "第三方，冒用主机的名义", "unknown": "无法判断"},
    "listener": "端口仍在监听时为 `TCP_FLAGS`",
    "sure": "单凭一份抓包最高 {} %",
    "sample": "`sample-pcaps/{0}.pcap`",
    "lab": "抓包来自 lab，可用 `python3 tests/lab/run.py --out DIR {0}` 重新生成，"
           "文件为 `DIR/{0}/{1}.pcap`",
}

_CATALOGUE = re.compile(r"<!-- catalogue -->\n.*?<!-- /catalogue -->\n", re.S)
_LADDER = re.compile(r"<!-- ladder (?P<what>[^\n]*?) -->\n(?P<body>.*?)<!-- /ladder -->\n", re.S)
#: A field's name, or with an asterisk a family of them.
_FIELD = re.compile(r"(?<![\w./-])rstcause\.[a-z0-9_.]*(?:[a-z0-9_]|(?<=\.)\*)")
_TITLE = re.compile(r"\A# [^\n]*\n")


def unique(items):
    return list(dict.fromkeys(item for item in items if item))


def named(cause, key):
    """What a cause and its variants say under a key, in order."""
    return unique([cause.get(key)] + [variant.get(key) for variant in cause["variants"]])


def facts(cause, words):
    """The rows of a page's table: (name, text)."""
    kernel = named(cause, "kernel_reason")
    kernel = [f"`{reason}`" for reason in kernel]
    if cause["listener_replies"]:
        kernel.append(words["listener"])
    netstat = named(cause, "netstat")
    forms = unique(words["form"].format(**v) for v in cause["variants"] if v.get("detail"))
    severity = f"{cause['severity']} (`rstcause.expert.{cause['token']}`)"
    yield words["says"], cause.get("says", "")
    yield words["advice"], cause.get("advice", "")
    yield words["apart"], cause.get("apart", "").replace("{x}", "the host")
    yield words["beside"], ", ".join(f"[`{t}`]({t}.md)" for t in cause["beside"])
    yield words["severity"], severity + (f"; {words['benign']}" if cause["benign"] else "")
    yield words["sender"], words["senders"][cause["sender"]]
    yield words["kernel"], ", ".join(kernel)
    yield words["netstat"], ", ".join(f"`nstat -az {name}`" for name in netstat)
    yield words["forms"], ", ".join(forms)
    yield words["ceiling"], words["sure"].format(cause["ceiling"])
    yield words["source"], cause.get("source", "")
    yield words["filter"], f"`rstcause.reason == \"{cause['token']}\"`"


def catalogue_part(cause, words):
    rows = [f"| {name} | {text} |" for name, text in facts(cause, words) if name and text]
    meaning = [cause["meaning"], ""] if words is ENGLISH else []
    other = words["other"].format(name=f"{cause['token']}.md")
    return "\n".join(["<!-- catalogue -->", *meaning, "| | |", "|---|---|", *rows, "",
                      other, "<!-- /catalogue -->", ""])


def ladder_part(what, words, lab):
    """A ladder's text for its comment, or None where its capture is not at hand."""
    kind, name, *rest = what.split()
    options = dict(word.split("=", 1) for word in rest if "=" in word)
    if kind == "sample":
        capture, truth = SAMPLES / f"{name}.pcap", TRUTH / f"{name}.jsonl"
        caption = words["sample"].format(name)
    elif lab:
        capture = lab / name / f"{rest[0]}.pcap"
        truth = capture.with_suffix(".truth.jsonl")
        caption = words["lab"].format(name, rest[0])
    else:
        return None
    resets = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    marks = {reset["frame"]: reset["token"] for reset in resets}
    frames = ladder.parse_frames(options["frames"]) if "frames" in options else None
    show = options["show"].split(",") if "show" in options else ()
    drawn = ladder.draw(capture, marks, frames, show, resets[0]["origin"])
    return f"\n```text\n{drawn}\n```\n\n{caption}\n\n"


def renewed(text, cause, words, lab):
    """The page with what is generated written anew."""
    if words is ENGLISH:
        text = _TITLE.sub(f"# `{cause['token']}`: {cause['title']}\n", text, count=1)

    def draw(match):
        body = ladder_part(match["what"], words, lab)
        return match[0] if body is None else (
            f"<!-- ladder {match['what']} -->\n{body}<!-- /ladder -->\n")

    text = _CATALOGUE.sub(lambda _: catalogue_part(cause, words), text)
    return _LADDER.sub(draw, text)


def index(causes, words):
    """The front page of a language, with its table of causes."""
    rows = []
    for cause in causes:
        token, title = cause["token"], cause["title"]
        page = words["folder"] / f"{token}.md"
        if words is not ENGLISH and page.exists():
            title = page.read_text(encoding="utf-8").split("\n", 1)[0].partition(": ")[2]
        rows.append(f"| [`{token}`]({token}.md) | {title} | {cause['severity']} |")
    table = "\n".join(["<!-- catalogue -->", words["columns"], "|---|---|---|", *rows,
                       "<!-- /catalogue -->", ""])
    front = (words["folder"] / "README.md").read_text(encoding="utf-8")
    return _CATALOGUE.sub(lambda _: table, front)


def generated(causes, lab):
    """{path: text} of every page that there is, as it should be."""
    pages = {}
    for words in (ENGLISH, CHINESE):
        pages[words["folder"] / "README.md"] = index(causes, words)
        for cause in causes:
            page = words["folder"] / f"{cause['token']}.md"
            if page.exists():
                pages[page] = renewed(page.read_text(encoding="utf-8"), cause, words, lab)
    return pages


def drawings(page):
    """The ladders of a page: their comment and what is drawn, without the caption."""
    text = page.read_text(encoding="utf-8")
    return [(m["what"], m["body"].partition("```text\n")[2].partition("\n```")[0])
            for m in _LADDER.finditer(text)]


def scenarios():
    lab = SOURCE / "tests" / "lab"
    sys.path.insert(0, str(lab))
    for module in sorted((lab / "scenarios").glob("[a-z]*.py")):
        importlib.import_module(f"scenarios.{module.stem}")
    return importlib.import_module("rstlab.scenario").SCENARIOS


def wrong_in(page, token, fields, played):
    """What is wrong with one page beyond its generated parts."""
    text = page.read_text(encoding="utf-8")
    if not text.startswith(f"# `{token}`: "):
        yield f"its title does not begin with `{token}`"
    if len(_CATALOGUE.findall(text)) != 1:
        yield "it wants one <!-- catalogue --> ... <!-- /catalogue -->"
    for name in sorted(set(_FIELD.findall(text)) - fields):
        family = name.removesuffix("*")
        if family == name or not any(field.startswith(family) for field in fields):
            yield f"no field is called {name} (a new one: sh tests/surface/run.sh names --bless)"
    for what, drawn in drawings(page):
        kind, name = what.split()[:2]
        if kind == "lab" and name not in played:
            yield f"the lab has no scenario {name}"
        if not drawn:
            yield f"the ladder of {name} is not drawn: --renew --lab DIR"


def complaints(causes):
    """What is wrong with the pages beyond their generated parts."""
    tokens = {cause["token"] for cause in causes}
    fields = set(re.findall(r"\t(rstcause[\w.]*)", FIELDS.read_text(encoding="utf-8")))
    played = scenarios()
    for words in (ENGLISH, CHINESE):
        pages = {page.stem: page for page in words["folder"].glob("*.md") if page.stem != "README"}
        for token in sorted(tokens - set(pages)):
            yield f"{words['folder'] / token}.md: no page for this cause"
        for token in sorted(set(pages) - tokens):
            yield f"{pages[token]}: a page for no cause"
        for token in sorted(tokens & set(pages)):
            for wrong in wrong_in(pages[token], token, fields, played):
                yield f"{pages[token]}: {wrong}"
    for token in sorted(tokens):
        pair = [PAGES / f"{token}.md", PAGES / "zh" / f"{token}.md"]
        if all(page.exists() for page in pair) and drawings(pair[0]) != drawings(pair[1]):
            yield f"{pair[1]}: its ladders are not those of {pair[0].name}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--causes", required=True, help="tests/list_causes of a build folder")
    parser.add_argument("--renew", action="store_true", help="write what is generated")
    parser.add_argument("--lab", type=pathlib.Path, help="a folder of the lab's captures")
    options = parser.parse_args()

    listed = subprocess.run([options.causes], check=True, capture_output=True, text=True).stdout
    causes = [json.loads(line) for line in listed.splitlines()]
    stale = []
    for page, text in generated(causes, options.lab).items():
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        if options.renew:
            page.write_text(text, encoding="utf-8")
            print(f"written: {page.relative_to(SOURCE)}")
        else:
            stale.append(f"{page}: not what the catalogue and the captures say now")
    wrong = stale + list(complaints(causes))
    print("\n".join(wrong), file=sys.stderr)
    if wrong:
        print("A page that is missing: copy another's, empty its parts between the comments.\n"
              "To renew: cmake --build BUILD --target cause-pages; "
              "then read the stories of the changed pages.", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
