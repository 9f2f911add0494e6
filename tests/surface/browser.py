# SPDX-License-Identifier: GPL-2.0-or-later
"""Chromium without a window, spoken to by DevTools over a pipe: nothing but the standard library.

    with Browser(folder) as browser:
        page = browser.open(file)
        page.evaluate("document.title")
"""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess

PROGRAM = shutil.which("chromium")


class Browser:
    def __init__(self, profile):
        to_read, self.to = os.pipe()
        self.answers, to_write = os.pipe()

        def place():  # where Chromium looks for them
            os.dup2(to_read, 13), os.dup2(to_write, 14)
            os.dup2(13, 3), os.dup2(14, 4)

        root = ["--no-sandbox"] if os.getuid() == 0 else []
        self.process = subprocess.Popen(
            [PROGRAM, "--headless", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", *root, "about:blank"],
            preexec_fn=place, pass_fds=(3, 4), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read), os.close(to_write)
        self.number, self.buffer, self.events = 0, b"", []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError, EOFError):
            self.send("Browser.close")
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.to), os.close(self.answers)

    def receive(self):
        while b"\0" not in self.buffer:
            got = os.read(self.answers, 1 << 16)
            if not got:
                raise EOFError("Chromium has ended")
            self.buffer += got
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def send(self, method, session=None, **parameters):
        """The result of a command; events that come meanwhile are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, file, **media):
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, pathlib.Path(file).resolve(), media)


class Page:
    """A file that was opened and has ended loading."""

    def __init__(self, browser, session, file, media):
        self.browser, self.session = browser, session
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        if media:
            self.send("Emulation.setEmulatedMedia", features=[{"name": name.replace("_", "-"), "value": value} for name, value in media.items()])
        self.send("Page.navigate", url=file.as_uri())
        while not self.events("Page.loadEventFired"):
            browser.events.append(browser.receive())

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def events(self, method):
        return [e["params"] for e in self.browser.events if e.get("sessionId") == self.session and e["method"] == method]

    def evaluate(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def complaints(self):
        """What the console shows: exceptions, errors and warnings, breaches of the page's policy."""
        self.evaluate("0")
        said = [call["args"] for call in self.events("Runtime.consoleAPICalled")]
        return said + self.events("Runtime.exceptionThrown") + [e["entry"] for e in self.events("Log.entryAdded")]

    def requests(self):
        return [event["request"]["url"] for event in self.events("Network.requestWillBeSent")]

    def dialogs(self):
        return self.events("Page.javascriptDialogOpening")

    KEYS = {"Tab": 9, "Enter": 13, " ": 32}

    def press(self, key):
        """A key of KEYS, pressed and released, as a keyboard does it."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        named = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": self.KEYS[key]}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **named, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text):
        self.send("Input.insertText", text=text)

    def size(self, width, height=900):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def screenshot(self, file):
        """The whole page, however long."""
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        pathlib.Path(file).write_bytes(base64.b64decode(shot["data"]))

    def pdf(self, file):
        printed = self.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        pathlib.Path(file).write_bytes(base64.b64decode(printed["data"]))
