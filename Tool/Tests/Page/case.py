"""One test of the page: the server that it talks to, the pages that it opens, and how it reads them."""

import json
import pathlib
import urllib.parse

import mock

INSPECT = pathlib.Path(__file__).with_name("inspect_page.js").read_text()
TESTS = []


def test(function):
    """One that needs the mock."""
    TESTS.append((function, False))
    return function


def test_of_any(function):
    """One that holds for any server with a running process."""
    TESTS.append((function, True))
    return function


class Case:
    """A server and the pages that one test opens; at the end no page may have complained or asked elsewhere."""

    def __init__(self, browser, real):
        self.browser, self.real, self.pages, self.expected = browser, real, [], []
        self.server = None

    def open(self, *flags, width=1280, height=1000, scheme="light", part=""):
        if not self.real and self.server is None:
            self.server = mock.start(["--manual", *([] if "--age" in flags else ["--age", "150"]), *flags])
        self.url = self.real or self.server.url
        page = self.browser.page(width, height, scheme)
        self.pages.append(page)
        page.open(self.url + part)
        page.run(f"window.inspect = {INSPECT}; 0")
        page.wait("document.getElementById('connection').dataset.state === 'live'")
        return page

    def shown(self, *flags, **more):
        """A page that already shows a process."""
        page = self.open(*flags, **more)
        page.wait("!document.getElementById('details').hidden && inspect.rows('Size classes').length > 0")
        return page

    def finish(self):
        host = urllib.parse.urlsplit(self.url).netloc
        for page in self.pages:
            complaints = [c for c in page.complaints if not any(word in c for word in self.expected)]
            assert not complaints, complaints
            elsewhere = [r for r in page.requests if urllib.parse.urlsplit(r).netloc != host and not r.startswith(("data:", "blob:" + self.url[:-1], "about:"))]
            assert not elsewhere, elsewhere

    def close(self):
        for page in self.pages:
            page.close()
        if self.server:
            self.server.shutdown()
            self.server.server_close()


def pause(page):
    """Presses the button, and waits until the page stands still."""
    page.click("#pause")
    page.wait("document.getElementById('pause').innerText === 'Go live'")


def rows(page, label):
    return page.run(f"inspect.rows({json.dumps(label)})")


def column(page, label, name):
    names = page.run(f"""[...document.querySelectorAll('[role="region"][aria-label="{label}"] th[scope="col"]')].map(c => c.textContent)""")
    return [row[names.index(name)] for row in rows(page, label)]


def amount(words):
    """The number that the page wrote: "1,234", "1.25 MiB", "−3 KiB", "2.1 k/s"."""
    number, _, unit = words.replace("−", "-").replace(",", "").replace("/s", "").partition(" ")
    return float(number) * {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "k": 1e3, "M": 1e6, "G": 1e9, "s": 1}[unit]


def unfold(page):
    """Shows every row of the tables, which otherwise draw those in sight."""
    page.run("for (const box of document.querySelectorAll('.scroll')) box.style.maxHeight = 'none'")
    page.wait("inspect.rows('Size classes').length === Number(document.querySelector('[aria-label=\"Size classes\"] table').getAttribute('aria-rowcount')) - 1")


def header(label, name):
    return f"""[...document.querySelectorAll('[role="region"][aria-label="{label}"] th[scope="col"] button')].find(b => b.textContent === '{name}')"""
