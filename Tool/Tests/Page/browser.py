"""Headless Chromium over the DevTools protocol, spoken through a pipe: no driver and no web socket is needed.

    with Browser() as browser:
        page = browser.page(width=1280)
        page.open("http://127.0.0.1:4000/")
        page.wait("document.title != ''")

A page is a browser context of its own: storage, cookies and downloads are not shared. What it complains of (console
errors, exceptions, violations of the Content-Security-Policy) is in page.complaints, what it asks for in page.requests.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time


class Refused(Exception):
    """The browser refused a command, or the page's script threw."""


def on_this_machine(seconds):
    """So many seconds of a quiet machine: more when more processes want to run than there are cores."""
    return seconds * min(10, max(1, os.getloadavg()[0] / os.cpu_count()))


class Browser:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="page-test-")
        to_browser, self.to_browser = os.pipe()
        self.from_browser, from_browser = os.pipe()
        flags = ["--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.home}/profile", "--no-first-run",
                 "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
                 "--disable-component-update", "--disable-extensions", "--mute-audio", "--force-color-profile=srgb",
                 "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
                 "--disable-backgrounding-occluded-windows"]
        if os.getuid() == 0:
            flags.append("--no-sandbox")  # Chromium's sandbox refuses root
        command = f'exec chromium "$@" 3<&{to_browser} 4>&{from_browser}'
        self.process = subprocess.Popen(["bash", "-c", command, "chromium", *flags], pass_fds=(to_browser, from_browser),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.answers, self.pages = 0, {}, {}
        self.arrived = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close", timeout=5)
            self.process.wait(20)
        except (Refused, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def _read(self):
        rest = b""
        while True:
            data = os.read(self.from_browser, 1 << 20)
            if not data:
                with self.arrived:
                    self.answers = None
                    self.arrived.notify_all()
                return
            *messages, rest = (rest + data).split(b"\0")
            with self.arrived:
                for message in map(json.loads, messages):
                    if "id" in message:
                        self.answers[message["id"]] = message
                    elif message.get("sessionId") in self.pages:
                        self.pages[message.get("sessionId")].happened(message["method"], message["params"])
                self.arrived.notify_all()

    def send(self, method, parameters=None, session=None, timeout=60):
        with self.arrived:
            self.number += 1
            number = self.number
            message = {"id": number, "method": method, "params": parameters or {}}
            if session:
                message["sessionId"] = session
            os.write(self.to_browser, json.dumps(message).encode() + b"\0")
            if not self.arrived.wait_for(lambda: self.answers is None or number in self.answers, timeout):
                raise Refused(f"{method}: no answer in {timeout} s")
            if self.answers is None:
                raise Refused("the browser has gone")
            answer = self.answers.pop(number)
        if "error" in answer:
            raise Refused(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def seconds_of_pages(self):
        """Processor time of all pages so far."""
        processes = self.send("SystemInfo.getProcessInfo")["processInfo"]
        return sum(process["cpuTime"] for process in processes if process["type"] == "renderer")

    def page(self, width=1280, height=900, scheme="light", reduced_motion=False):
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = Page(self, context, session)
        self.pages[session] = page
        for domain in ("Page", "Runtime", "Network", "Log", "Audits"):
            page.send(f"{domain}.enable")
        downloads = pathlib.Path(self.home, "downloads", context)
        downloads.mkdir(parents=True)
        page.downloads = downloads
        self.send("Browser.setDownloadBehavior", {"behavior": "allow", "browserContextId": context, "downloadPath": str(downloads)})
        # Keys go to the focused element, though another page was opened later.
        page.send("Emulation.setFocusEmulationEnabled", {"enabled": True})
        page.size(width, height)
        page.media(scheme, reduced_motion)
        return page


class Page:
    def __init__(self, browser, context, session):
        self.browser, self.context, self.session = browser, context, session
        self.complaints, self.requests = [], []

    def send(self, method, parameters=None, **more):
        return self.browser.send(method, parameters, self.session, **more)

    def close(self):
        self.browser.send("Target.disposeBrowserContext", {"browserContextId": self.context})

    def happened(self, method, event):
        if method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            self.complaints.append("exception: " + details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "warning", "assert"):
            self.complaints.append("console: " + " ".join(str(a.get("value", a.get("description"))) for a in event["args"]))
        elif method == "Log.entryAdded" and event["entry"]["level"] == "error":
            self.complaints.append("log: " + event["entry"]["text"])
        elif method == "Audits.issueAdded" and event["issue"]["code"] == "ContentSecurityPolicyIssue":
            self.complaints.append("policy: " + json.dumps(event["issue"]["details"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(event["request"]["url"])

    def size(self, width, height):
        self.send("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def media(self, scheme, reduced_motion=False):
        self.send("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce" if reduced_motion else "no-preference"}]})

    def open(self, url):
        self.send("Page.navigate", {"url": url})
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script):
        """The value of an expression in the page; a promise is waited for."""
        answer = self.send("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Refused(details.get("exception", {}).get("description", details["text"]) + "\nin: " + script)
        return answer["result"].get("value")

    def wait(self, script, seconds=20):
        """Waits until an expression is true; its value. The seconds are those of a quiet machine."""
        seconds = on_this_machine(seconds)
        end = time.monotonic() + seconds
        while True:
            try:
                value = self.run(script)
            except Refused:
                value = None
                if time.monotonic() > end:
                    raise
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds:.0f} s: {script}")
            time.sleep(0.08)

    def until(self, holds, seconds=20):
        """Waits until a function of the test's own is true."""
        end = time.monotonic() + on_this_machine(seconds)
        while not holds():
            assert time.monotonic() < end, f"not within {seconds} s of a quiet machine"
            time.sleep(0.08)

    def settle(self, seconds):
        """Waits for so long, and until what was to be drawn then is drawn."""
        time.sleep(seconds)
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def text(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)}).innerText")

    def click(self, selector):
        """A click of the mouse in the middle of an element."""
        box = self.run(f"""(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{ block: 'center' }});
            const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()""")
        self.mouse("mousePressed", *box)
        self.mouse("mouseReleased", *box)

    def mouse(self, kind, x, y):
        pressed = {"button": "left", "clickCount": 1} if kind != "mouseMoved" else {}
        self.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **pressed})

    def key(self, name, modifiers=0):
        code = {"Enter": 13, "Tab": 9, "Escape": 27, " ": 32, "Home": 36, "End": 35, "ArrowLeft": 37, "ArrowUp": 38,
                "ArrowRight": 39, "ArrowDown": 40, "PageUp": 33, "PageDown": 34}[name]
        letters = {"text": "\r"} if name == "Enter" else {"text": " "} if name == " " else {}
        keys = {"key": name, "code": "Space" if name == " " else name, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.send("Input.dispatchKeyEvent", {"type": "keyDown", **keys, **letters})
        self.send("Input.dispatchKeyEvent", {"type": "keyUp", **keys})

    def focus(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")

    def select(self, selector, value):
        self.run(f"""(() => {{ const e = document.querySelector({json.dumps(selector)}); e.value = {json.dumps(value)};
            e.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()""")

    def downloaded(self, ending, seconds=20):
        """The finished download whose name ends so: (name, bytes)."""
        end = time.monotonic() + on_this_machine(seconds)
        while time.monotonic() < end:
            for file in self.downloads.iterdir():
                if file.name.endswith(ending):
                    time.sleep(0.05)
                    return file.name, file.read_bytes()
            time.sleep(0.05)
        raise AssertionError(f"no download ending in {ending}: {[f.name for f in self.downloads.iterdir()]}")

    def picture(self, whole=False):
        parameters = {"format": "png"}
        if whole:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            parameters |= {"captureBeyondViewport": True, "clip": {**size, "scale": 1}}
        return base64.b64decode(self.send("Page.captureScreenshot", parameters)["data"])
