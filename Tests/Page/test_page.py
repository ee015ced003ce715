#!/usr/bin/env python3
"""Drives the live page in headless Chromium. run.sh starts it.

Usage: test_page.py [--real URL] [--only WORD]
  --real URL    a running `swiftmallocctl serve`: only what holds for any process is tested
  --only WORD   the tests whose name contains it
"""

import argparse
import csv
import io
import json
import pathlib
import re
import time
import traceback
import urllib.parse
import urllib.request

import mock
from browser import Browser

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
            self.server = mock.start(["--manual", *flags])
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


def rows(page, label):
    return page.run(f"inspect.rows({json.dumps(label)})")


def column(page, label, name):
    names = page.run(f"""[...document.querySelectorAll('[role="region"][aria-label="{label}"] th[scope="col"]')].map(c => c.textContent)""")
    return [row[names.index(name)] for row in rows(page, label)]


def amount(words):
    """The number that the page wrote: "1,234", "1.25 MiB", "−3 KiB", "2.1 k/s"."""
    number, _, unit = words.replace("−", "-").replace(",", "").replace("/s", "").partition(" ")
    return float(number) * {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "k": 1e3, "M": 1e6, "G": 1e9, "s": 1}[unit]


def header(label, name):
    return f"""[...document.querySelectorAll('[role="region"][aria-label="{label}"] th[scope="col"] button')].find(b => b.textContent === '{name}')"""


@test_of_any
def rows_appear_and_numbers_move(case):
    page = case.shown()
    assert len(rows(page, "Size classes")) >= 1
    assert len(rows(page, "Threads")) >= 1
    before = page.text("#tile-allocations .under"), page.run("document.getElementById('moment').max")
    page.wait(f"document.getElementById('moment').max !== '{before[1]}'")
    if not case.real:
        assert page.text("#tile-allocations .under") != before[0]
        assert amount(page.text("#tile-requested .value").replace("MiB", " MiB").replace("  ", " ")) > 1 << 20
    assert page.run("document.title").endswith("– swiftmalloc live")


@test_of_any
def the_numbers_are_those_of_the_server(case):
    page = case.shown()
    page.click("#pause")
    page.select("#thread", "total")
    page.run("document.querySelector('[data-save=\"moment.json\"]').click()")
    name, data = page.downloaded("moment.json")
    process = json.loads(data)["process"]
    assert str(process["pid"]) in name
    shown = {row[0]: row for row in rows(page, "Size classes")}
    for entry in process["classes"]:
        label = f"{entry['blockSize']:,}" if entry["blockSize"] is not None else entry["label"]
        if label in shown:
            assert f"{entry['allocations']:,}" in shown[label], (entry, shown[label])
            assert f"{entry['frees']:,}" in shown[label]
    assert len(shown) == len(process["classes"])
    ledger = page.run("Object.fromEntries([...document.querySelectorAll('.ledger tbody tr')].map(r => [r.cells[0].textContent, r.cells[1].textContent]))")
    for line in process["ledger"]:
        if line["bytes"] is not None and abs(line["bytes"]) > 1 << 20:
            assert abs(amount(ledger[line["name"]]) - line["bytes"]) <= 0.006 * abs(line["bytes"]), (line, ledger)
    if process["state"] == "running":
        assert sum(line["bytes"] for line in process["ledger"]) == process["resident"]


@test
def the_total_is_the_sum_of_the_classes(case):
    page = case.shown()
    page.click("#pause")
    total = page.run("""[...document.querySelector('[aria-label="Size classes"] tfoot tr').cells].map(c => c.textContent)""")
    assert total[0] == "Total"
    names = page.run("""[...document.querySelectorAll('[aria-label="Size classes"] th[scope="col"]')].map(c => c.textContent)""")
    for name in ("Allocations", "Deallocations", "Live blocks"):
        assert amount(total[names.index(name)]) == sum(map(amount, column(page, "Size classes", name))), name


@test
def a_thread_has_its_own_size_classes(case):
    page = case.shown()
    page.click("#pause")
    all_of_them = amount(column(page, "Size classes", "Allocations")[0])
    entries = page.run("[...document.getElementById('thread').options].map(o => [o.value, o.textContent])")
    assert entries[0] == ["total", "Total"]
    page.select("#thread", next(value for value, name in entries if name.startswith("main")))
    page.wait(f"inspect.rows('Size classes')[0][4] !== '{all_of_them:,.0f}'")
    assert 0 < amount(column(page, "Size classes", "Allocations")[0]) < all_of_them
    assert "4711" in page.run("document.getElementById('thread').selectedOptions[0].textContent")
    page.run("[...document.querySelectorAll('[aria-label=\"Threads\"] .link')].find(b => b.textContent === 'bg-writer').click()")
    page.wait("document.getElementById('thread').selectedOptions[0].textContent.startsWith('bg-writer')")


@test
def a_thread_born_later_shows_up(case):
    page = case.shown()
    assert "born-later" not in column(page, "Threads", "Name")
    case.server.world.control("thread")
    page.wait("inspect.rows('Threads').some(row => row[0] === 'born-later')")
    assert page.run("[...document.getElementById('thread').options].some(o => o.textContent.startsWith('born-later'))")


@test
def every_column_sorts_both_ways(case):
    page = case.shown()
    page.click("#pause")
    page.mouse("mouseMoved", 2, 2)
    for label in ("Size classes", "Threads", "Large blocks", "System calls of the heap"):
        names = page.run(f"""[...document.querySelectorAll('[role="region"][aria-label="{label}"] th[scope="col"]')].map(c => c.textContent)""")
        for at, name in enumerate(names):
            seen = {}
            for _ in range(2):
                page.run(header(label, name) + ".click()")
                order = page.run(f"inspect.order('{label}')")
                assert order.count("none") == len(order) - 1 and order[at] in ("ascending", "descending"), (label, name, order)
                values = [v for v in column(page, label, name) if v != "–"]
                if re.match(r"^−?[\d.,]+( ([KM]?i?B|[kM])?(/s)?)?$", values[-1]) and name not in ("Size class",):
                    numbers = list(map(amount, values))
                    ordered = sorted(numbers, reverse=order[at] == "descending")
                    assert all(abs(a - b) <= 0.006 * abs(b) for a, b in zip(numbers, ordered)), (label, name, order[at], values)
                seen[order[at]] = values
            assert set(seen) == {"ascending", "descending"}
            if len(set(values)) > 1:
                assert seen["ascending"] != seen["descending"], (label, name)
    sizes = column(page, "Size classes", "Size class")
    page.run(header("Size classes", "Size class") + ".click()")
    if page.run("inspect.order('Size classes')[0]") == "descending":
        page.run(header("Size classes", "Size class") + ".click()")
    sizes = column(page, "Size classes", "Size class")
    numbers = [amount(s) for s in sizes if s not in ("medium", "large")]
    assert numbers == sorted(numbers) and sizes[-2:] == ["medium", "large"], sizes


@test
def sorting_by_keyboard(case):
    page = case.shown()
    page.run(header("Threads", "Peak") + ".focus()")
    for expected in ("descending", "ascending"):
        page.key("Enter")
        assert page.run("document.activeElement.closest('th').getAttribute('aria-sort')") == expected
    page.key(" ")
    assert page.run("document.activeElement.closest('th').getAttribute('aria-sort')") == "descending"


@test
def a_row_under_the_mouse_keeps_its_place(case):
    page = case.shown()
    page.select("#interval", "100")
    page.run(header("Threads", "Allocs/s") + ".click()")
    page.run("""document.querySelector('[aria-label="Threads"]').scrollIntoView({ block: 'center' })""")
    page.mouse("mouseMoved", *page.run("""(() => { const b = document.querySelectorAll('[aria-label="Threads"] tbody tr')[4].getBoundingClientRect(); return [b.x + 300, b.y + 9]; })()"""))
    time.sleep(0.3)
    names = column(page, "Threads", "Name")
    for _ in range(10):
        time.sleep(0.1)
        assert column(page, "Threads", "Name") == names


@test
def two_hundred_threads_draw_only_what_is_in_sight(case):
    page = case.shown("--threads", "200")
    assert page.text("#threads-count") == "201 rows"
    drawn = page.run("""document.querySelectorAll('[aria-label="Threads"] tbody tr:not(.space):not([hidden])').length""")
    assert 10 < drawn < 60, drawn
    first = column(page, "Threads", "Name")[0]
    page.run("""document.querySelector('[role="region"][aria-label="Threads"]').scrollTop = 1e6""")
    page.wait(f"inspect.rows('Threads')[0][0] !== {json.dumps(first)}")
    last = page.run("""(() => { const r = [...document.querySelectorAll('[aria-label="Threads"] tbody tr:not(.space):not([hidden])')].at(-1); return [r.getAttribute('aria-rowindex'), r.closest('table').getAttribute('aria-rowcount')]; })()""")
    assert last == ["202", "202"], last
    page.run("(() => { const f = document.getElementById('filter'); f.value = 'worker-17'; f.dispatchEvent(new Event('input')); })()")
    page.wait("inspect.rows('Threads').length === 11 && inspect.rows('Threads').every(row => row[0].startsWith('worker-17'))")


@test
def drawing_is_cheap(case):
    page = case.shown("--threads", "200", "--age", "3000")
    page.wait("Number(document.getElementById('moment').max) > 1990")
    page.send("Performance.enable")
    taken = lambda: {m["name"]: m["value"] for m in page.send("Performance.getMetrics")["metrics"]}["TaskDuration"]
    page.wait("Number(document.getElementById('moment').max) > 1992")
    before, began = taken(), time.monotonic()
    time.sleep(4)
    share = (taken() - before) / (time.monotonic() - began)
    print(f"   2000 moments, 200 threads, 1 Hz: {100 * share:.1f} % of a core")
    assert share < 0.15, share


@test_of_any
def the_theme_follows_the_system_and_the_button(case):
    page = case.shown(scheme="dark")
    card = "getComputedStyle(document.querySelector('.card')).backgroundColor"
    dark = page.run(card)
    assert page.text("#theme") == "Light theme"
    page.media("light")
    page.wait(f"{card} !== '{dark}'")
    light = page.run(card)
    page.wait("document.getElementById('theme').innerText === 'Dark theme'")
    page.click("#theme")
    assert page.run(card) == dark
    page.open(case.url)
    assert page.run(card) == dark, "the choice is not remembered"
    page.wait("document.getElementById('connection').dataset.state === 'live'")
    page.click("#theme")
    assert page.run(card) == light


@test_of_any
def text_has_contrast_in_both_themes(case):
    for scheme in ("light", "dark"):
        for flags in ([],) if case.real else ([], ["--error"]):
            page = case.shown(*flags, scheme=scheme)
            assert page.run("inspect.faint(4.5)") == []
            page.click("#pause")
            page.run("document.getElementById('save').open = true; document.getElementById('meanings').open = true; document.getElementById('moments').open = true")
            time.sleep(0.2)
            assert page.run("inspect.faint(4.5)") == []
            assert page.run("inspect.faint(25).length") > 20, "the measure sees nothing"
            if case.server:
                case.server.world.control("error") if not case.server.world.error else None


@test_of_any
def nothing_is_wider_than_the_window(case):
    for width in (320, 400, 760, 1280):
        page = case.shown(*(["--error"]), width=width, height=800)
        page.run("document.getElementById('meanings').open = true; document.getElementById('moments').open = true; document.getElementById('save').open = true")
        time.sleep(0.2)
        assert page.run("inspect.wide()") == {"page": 0, "elements": []}, (width, page.run("inspect.wide()"))


@test
def nothing_jumps_when_numbers_change(case):
    page = case.shown()
    places = """[...document.querySelectorAll('.card, .tile, .tile dd, #pause, #when, th[scope=col], #connection')].map(e => { const b = e.getBoundingClientRect(); return [b.x, b.y + scrollY, b.width, b.height].map(n => Math.round(n)).join(); }).join(';')"""
    page.select("#interval", "100")
    time.sleep(0.3)
    before = page.run(places)
    for _ in range(10):
        time.sleep(0.1)
        assert page.run(places) == before


@test_of_any
def downloads_arrive_and_parse(case):
    page = case.shown()
    page.click("#pause")
    kinds = page.run("[...document.querySelectorAll('[data-save]')].map(b => b.dataset.save)")
    assert len(kinds) == 7
    files = {}
    for kind in kinds:
        page.run(f"document.querySelector('[data-save=\"{kind}\"]').click()")
        name, data = page.downloaded(kind)
        assert re.fullmatch(r"swiftmalloc-[A-Za-z0-9._-]+", name), name
        files[kind] = json.loads(data) if kind.endswith("json") else list(csv.reader(io.StringIO(data.decode(), newline="")))
    for kind, content in files.items():
        if kind.endswith("csv"):
            assert all(len(row) == len(content[0]) for row in content), kind
    process = files["moment.json"]["process"]
    assert len(files["classes.csv"]) == 1 + len(process["classes"])
    assert len(files["threads.csv"]) == 1 + len(process["threads"])
    assert len(files["thread-classes.csv"]) == 1 + sum(len(t["classes"]) for t in process["threads"])
    assert len(files["large.csv"]) == 1 + len(process["large"])
    history = files["history.json"]["samples"]
    assert len(files["history.csv"]) == 1 + len(history) and len(history) >= 1
    times = [moment["time"] for moment in history]
    assert times == sorted(times)
    assert int(files["history.csv"][-1][1]) == times[-1]


@test
def a_name_like_a_formula_stays_text_in_csv(case):
    page = case.shown()
    page.run("document.querySelector('[data-save=\"threads.csv\"]').click()")
    _, data = page.downloaded("threads.csv")
    names = [row[2] for row in csv.reader(io.StringIO(data.decode(), newline=""))]
    assert "'=1+1" in names and "=1+1" not in names, names
    assert '<img src=x onerror="window.hit=1">' in names, names
    live = [row[7] for row in csv.reader(io.StringIO(data.decode(), newline=""))][1:]
    assert any(float(value) < 0 for value in live) or all(float(value) >= 0 for value in live)


@test
def save_menu_by_keyboard(case):
    page = case.shown()
    page.focus("#save summary")
    page.key("Enter")
    assert page.run("document.getElementById('save').open")
    page.key("Tab")
    assert page.run("document.activeElement.dataset.save") == "moment.json"
    page.key("Escape")
    assert not page.run("document.getElementById('save').open")
    assert page.run("document.activeElement.tagName") == "SUMMARY"


@test
def pause_and_scroll_back(case):
    page = case.shown()
    page.select("#interval", "100")
    total = lambda: int(re.match(r"[\d,]+", page.text("#tile-allocations .under"))[0].replace(",", ""))
    page.wait("Number(document.getElementById('moment').max) > 910")
    page.click("#pause")
    assert page.text("#pause") == "Go live"
    newest, classes, threads = total(), rows(page, "Size classes"), rows(page, "Threads")
    time.sleep(0.5)
    assert (total(), rows(page, "Size classes")) == (newest, classes), "paused numbers move"
    page.focus("#moment")
    page.key("ArrowLeft")
    page.key("ArrowLeft")
    page.wait("document.getElementById('when').innerText.startsWith('Paused at')")
    time.sleep(0.1)
    earlier, before = total(), rows(page, "Size classes")
    assert earlier < newest and before != classes and rows(page, "Threads") != threads
    assert len(before) == len(classes), "an own moment shows all tables"
    page.click("#later")
    page.click("#later")
    time.sleep(0.1)
    assert total() == newest and rows(page, "Size classes") == classes
    page.focus("#moment")
    page.key("Home")
    time.sleep(0.1)
    assert total() < earlier / 2
    assert "only the totals are known" in page.text("#partial") and page.run("document.querySelector('#earlier').disabled")
    assert page.run("document.querySelector('#memory .shown').getAttribute('visibility')") == "visible"
    page.click("#pause")
    time.sleep(0.4)
    assert total() > newest and page.text("#when").endswith("live")


@test
def a_click_in_the_chart_shows_that_moment(case):
    page = case.shown()
    page.run("scrollTo(0, 0)")
    box = page.run("(() => { const b = document.getElementById('memory').getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()")
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    page.mouse("mouseMoved", x, y)
    page.wait("!document.querySelector('#memory .tip').hidden")
    tip = page.text("#memory .tip")
    for name in ("Requested", "Metadata", "Untouched", "Process RSS"):
        assert name in tip, tip
    page.mouse("mousePressed", x, y)
    page.mouse("mouseReleased", x, y)
    page.wait("document.getElementById('pause').innerText === 'Go live'")
    assert tip.splitlines()[0] in page.text("#when"), (tip, page.text("#when"))


@test
def charts_by_keyboard(case):
    page = case.shown()
    page.focus("#memory")
    page.key("ArrowLeft")
    first = page.run("document.getElementById('memory').getAttribute('aria-valuetext')")
    assert "Requested" in first and "MiB" in first, first
    for _ in range(3):
        page.key("PageDown")
    assert page.run("document.getElementById('memory').getAttribute('aria-valuetext')") != first
    page.key("Enter")
    page.wait("document.getElementById('pause').innerText === 'Go live'")
    page.focus("#usage")
    page.key("ArrowRight")
    assert "Current usage" in page.run("document.getElementById('usage').getAttribute('aria-valuetext')")
    page.focus("#waste")
    page.key("End")
    assert "Size class large" in page.run("document.getElementById('waste').getAttribute('aria-valuetext')")


@test
def the_stack_ends_at_resident_memory(case):
    page = case.shown()
    page.click("#pause")
    page.run("document.querySelector('#span input[value=\"60\"]').click()")
    time.sleep(0.2)
    ends = page.run("""(() => { const ys = (path) => path.getAttribute('d').match(/[\\d.]+ [\\d.]+/g).map(p => p.split(' ').map(Number));
        const last = (path) => { const all = ys(path), right = Math.max(...all.map(p => p[0])); return all.filter(p => p[0] === right).map(p => p[1]); };
        const areas = [...document.querySelectorAll('#memory .area')];
        return { tops: areas.map(a => Math.min(...last(a))), rss: last(document.querySelector('#memory .stroke'))[0], ticks: [...document.querySelectorAll('#memory text')].filter(t => t.getAttribute('text-anchor') === 'end' && t.getAttribute('visibility') === 'visible').map(t => [t.textContent, Number(t.getAttribute('y'))]) }; })()""")
    assert len(ends["tops"]) == 7 and ends["tops"] == sorted(ends["tops"], reverse=True), ends
    zero = next(y for words, y in ends["ticks"] if words == "0")
    words, y = max(ends["ticks"], key=lambda tick: -tick[1])
    scale = amount(words) / (zero - y)
    page.run("document.querySelector('[data-save=\"moment.json\"]').click()")
    process = json.loads(page.downloaded("moment.json")[1])["process"]
    drawn = (zero - 3.5 - ends["tops"][-1]) * scale
    assert abs(drawn - process["resident"]) < 0.02 * process["resident"], (drawn, process["resident"])
    assert abs((zero - 3.5 - ends["rss"]) * scale - process["rss"]) < 0.02 * process["rss"]


@test
def ledger_lines_can_be_hidden(case):
    page = case.shown()
    page.click("#pause")
    area = "document.querySelectorAll('#memory .area')[1].getAttribute('d')"
    before = page.run(area)
    page.run("[...document.querySelectorAll('.ledger button')].find(b => b.textContent === 'Requested').click()")
    page.wait(f"{area} !== {json.dumps(before)}")
    assert page.run("document.querySelector('.ledger button').getAttribute('aria-pressed')") == "false"


@test
def the_moments_as_a_table(case):
    page = case.shown()
    assert page.run("document.getElementById('moments-table').hidden")
    page.click("#moments summary")
    page.wait("inspect.rows('Every moment in the charts').length > 10")
    assert page.run("document.querySelectorAll('[aria-label=\"Every moment in the charts\"] tbody tr').length") < 80


@test
def several_processes(case):
    page = case.shown()
    names = page.run("[...document.querySelectorAll('[role=tab] .name')].map(e => e.textContent)")
    assert names[0] == "redis-server" and len(names) == 4, names
    page.focus("[role=tab][aria-selected=true]")
    page.key("ArrowRight")
    page.key("ArrowRight")
    page.wait("document.getElementById('name').innerText === 'batch-job'")
    assert page.run("document.activeElement.getAttribute('aria-selected')") == "true"
    assert page.run("location.hash") == "#5120"
    case.server.world.control("start")
    page.wait("[...document.querySelectorAll('[role=tab] .name')].some(e => e.textContent === 'started-later')")
    assert "started-later" in page.text("#announce")
    assert page.run("[...document.querySelectorAll('[role=tab] path')].slice(0, 4).every(p => p.getAttribute('d').length > 50)"), "a sparkline is empty"


@test
def the_address_names_the_process(case):
    page = case.shown(part="#6001")
    assert page.text("#name") == "crasher"


@test
def a_process_that_ended_stays(case):
    page = case.shown(part="#5120")
    page.wait("document.getElementById('name').innerText === 'batch-job'")
    case.server.world.control("end")
    page.wait("document.getElementById('state').innerText === 'ended'")
    numbers = page.text("#tile-requested .value"), page.text("#tile-resident .value")
    assert all(n[0].isdigit() for n in numbers), numbers
    assert rows(page, "Threads") and rows(page, "Size classes")
    assert "batch-job" in page.text("#announce") and "ended" in page.text("#announce")
    case.server.world.control("gone")
    time.sleep(1.2)
    assert (page.text("#tile-requested .value"), page.text("#tile-resident .value")) == numbers
    assert page.text("#state") == "ended" and rows(page, "Size classes")


@test
def a_process_that_was_killed_says_so(case):
    page = case.shown()
    case.server.world.control("kill")
    page.wait("[...document.querySelectorAll('[role=tab]')].some(t => t.innerText.includes('crasher') && t.innerText.includes('killed'))")
    page.run("[...document.querySelectorAll('[role=tab]')].find(t => t.innerText.includes('crasher')).click()")
    page.wait("document.getElementById('state').innerText === 'killed'")
    assert rows(page, "Size classes")
    assert "last numbers" in page.text("#when")


@test
def names_are_never_markup(case):
    page = case.shown("--error")
    page.run("[...document.querySelectorAll('[role=tab]')][1].click()")
    page.wait("document.getElementById('name').innerText.startsWith('<script>window.hit=1</script> \"quoted\" & python3')")
    assert page.run("typeof window.hit") == "undefined"
    assert page.run("document.querySelectorAll('main img, main b, main script').length") == 0
    assert "<b>7777</b>: The table of size classes" in page.text("#errors")
    page.run("document.querySelector('[role=tab]').click()")
    page.wait("inspect.rows('Threads').some(row => row[0] === '<img src=x onerror=\"window.hit=1\">')")
    assert page.run("typeof window.hit") == "undefined"


@test
def a_damaged_snapshot_is_told_in_words(case):
    page = case.shown()
    assert page.run("document.getElementById('errors').hidden")
    case.server.world.control("error")
    page.wait("!document.getElementById('errors').hidden")
    assert "One file could not be read" in page.text("#errors")
    case.server.world.control("error")
    page.wait("document.getElementById('errors').hidden")


@test
def no_process_tells_how_to_start_one(case):
    page = case.open("--empty")
    page.wait("!document.getElementById('start').hidden")
    assert "swiftmallocctl run --live -- PROGRAM" in page.text("#start")
    assert page.run("inspect.faint(4.5)") == []
    case.server.world.control("empty")
    page.wait("!document.getElementById('details').hidden && document.getElementById('start').hidden")


@test
def a_lost_connection_comes_back(case):
    page = case.shown()
    case.expected = ["ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED", "ERR_CONNECTION"]
    numbers = page.text("#tile-requested .value")
    case.server.world.control("refuse", 1.5)
    page.wait("document.getElementById('connection').dataset.state === 'lost'")
    assert "Connection lost" in page.text("#lost") and page.text("#tile-requested .value")
    page.wait("document.getElementById('connection').dataset.state === 'live'", 8)
    assert page.run("document.getElementById('lost').hidden")
    page.wait(f"document.querySelector('#tile-requested .value').innerText !== {json.dumps(numbers)}")


@test
def the_interval_is_asked_for_and_remembered(case):
    page = case.shown()
    page.select("#interval", "250")
    page.wait("performance.getEntriesByType('resource').length >= 0")
    time.sleep(0.3)
    assert any("events?interval=250" in r for r in page.requests), page.requests
    page.open(case.url)
    page.wait("document.getElementById('interval').value === '250'")
    assert sum("events?interval=250" in r for r in page.requests) == 2


@test_of_any
def every_control_has_a_name(case):
    page = case.shown()
    page.run("document.getElementById('save').open = true")
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    controls = ("button", "combobox", "slider", "radio", "tab", "searchbox", "link", "textbox", "checkbox", "option", "menuitem", "region", "table", "tabpanel", "DisclosureTriangle")
    roles = {}
    for node in nodes:
        role = node.get("role", {}).get("value")
        if role in controls and not node.get("ignored"):
            name = node.get("name", {}).get("value", "").strip()
            assert name, f"a {role} without a name"
            roles.setdefault(role, []).append(name)
    for role, names in (("slider", 5), ("button", 20), ("tab", 1), ("radio", 4), ("combobox", 2), ("table", 4)):
        assert len(roles.get(role, [])) >= names, (role, roles.get(role))
    seen = {node["role"]["value"] for node in nodes if "role" in node}
    assert {"banner", "main", "navigation", "contentinfo"} <= seen, seen
    headings = page.run("[...document.querySelectorAll('h1,h2,h3')].filter(h => h.checkVisibility()).map(h => Number(h.tagName[1]))")
    assert headings[0] == 1 and all(b - a <= 1 for a, b in zip(headings, headings[1:])), headings


@test
def the_keyboard_reaches_every_control_and_shows_where_it_is(case):
    page = case.shown()
    page.click("#pause")
    page.run("document.activeElement.blur(); scrollTo(0, 0)")
    seen = []
    for _ in range(90):
        page.key("Tab")
        here = page.run("(() => { const e = document.activeElement; const s = getComputedStyle(e), n = e.nextElementSibling && getComputedStyle(e.nextElementSibling); return [e.id || e.className || e.tagName + e.name, s.outlineStyle !== 'none' || n?.outlineStyle !== 'none']; })()")
        if here[0] in ("BODYundefined",) or (seen and here[0] == seen[0]):
            break
        assert here[1], f"no focus style: {here[0]}"
        seen.append(here[0])
    for wanted in ("skip", "interval", "theme", "thread", "memory", "rates", "usage", "waste", "filter", "pause", "moment"):
        assert wanted in seen, (wanted, seen)


@test_of_any
def calm_without_motion(case):
    page = case.shown()
    name = "getComputedStyle(document.getElementById('connection'), '::before').animationName"
    assert page.run(name) != "none"
    page.media("light", reduced_motion=True)
    assert page.run(name) == "none"


@test_of_any
def the_policy_lets_nothing_else_run(case):
    page = case.shown()
    case.expected = ["Content Security Policy", "policy:", "TrustedHTML"]
    page.run("(() => { const s = document.createElement('script'); try { s.textContent = 'window.hit = 1'; } catch {} document.body.append(s); })()")
    page.run("(() => { const d = document.createElement('div'); d.setAttribute('onclick', 'window.hit = 1'); document.body.append(d); d.click(); })()")
    assert page.run("typeof window.hit") == "undefined"
    refused = page.run("fetch('http://127.0.0.1:1/').then(() => 'sent', (e) => document.location && 'refused')")
    assert refused == "refused"
    head = urllib.request.urlopen(case.url).headers
    assert "default-src 'none'" in head["Content-Security-Policy"] and "unsafe" not in head["Content-Security-Policy"]
    page.requests = [r for r in page.requests if "127.0.0.1:1/" not in r]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--real")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    real = options.real and options.real.rstrip("/") + "/"
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with Browser() as browser:
        for function, holds_for_any in TESTS:
            name = function.__name__.replace("_", " ")
            if options.only not in name or (real and not holds_for_any):
                continue
            case, began = Case(browser, real), time.monotonic()
            try:
                function(case)
                case.finish()
                counts["passed"] += 1
                print(f"ok   {name} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception:
                counts["failed"] += 1
                print(f"FAIL {name}\n{traceback.format_exc(limit=-2)}", flush=True)
            finally:
                case.close()
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
