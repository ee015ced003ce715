"""What the page shows is what the server sent."""

import csv
import io
import json
import re

from case import amount, column, pause, rows, test, test_of_any, unfold


@test_of_any
def rows_appear_and_numbers_move(case):
    page = case.shown()
    assert len(rows(page, "Size classes")) >= 1
    assert len(rows(page, "Threads")) >= 1
    before = page.text("#tile-allocations .under"), page.run("document.getElementById('moment').max")
    page.wait(f"document.getElementById('moment').max !== '{before[1]}'")
    if not case.real:
        page.wait(f"document.querySelector('#tile-allocations .under').innerText !== '{before[0]}'")
        assert amount(page.text("#tile-requested .value").replace("MiB", " MiB").replace("  ", " ")) > 1 << 20
    page.wait("document.title.endsWith('– swiftmalloc live')")


@test_of_any
def the_numbers_are_those_of_the_server(case):
    page = case.shown()
    unfold(page)
    pause(page)
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
    unfold(page)
    pause(page)
    total = page.run("""[...document.querySelector('[aria-label="Size classes"] tfoot tr').cells].map(c => c.textContent)""")
    assert total[0] == "Total"
    names = page.run("""[...document.querySelectorAll('[aria-label="Size classes"] th[scope="col"]')].map(c => c.textContent)""")
    for name in ("Allocations", "Frees", "Live blocks"):
        assert amount(total[names.index(name)]) == sum(map(amount, column(page, "Size classes", name))), name


@test
def a_thread_has_its_own_size_classes(case):
    page = case.shown()
    pause(page)
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
    page.run("document.getElementById('threads').scrollIntoView()")
    assert "born-later" not in column(page, "Threads", "Name")
    case.server.world.control("thread")
    page.wait("inspect.rows('Threads').some(row => row[0] === 'born-later')")
    assert page.run("[...document.getElementById('thread').options].some(o => o.textContent.startsWith('born-later'))")


@test
def the_stack_ends_at_resident_memory(case):
    page = case.shown()
    pause(page)
    page.run("document.querySelector('#span input[value=\"60\"]').click()")
    page.settle(0.2)
    chart = page.run("inspect.stack(1)")
    zero = next(y for words, y in chart["ticks"] if words == "0") - 3.5
    words, y = max(chart["ticks"], key=lambda tick: -tick[1])
    scale = amount(words) / (zero + 3.5 - y)
    page.run("document.querySelector('[data-save=\"moment.json\"]').click()")
    process = json.loads(page.downloaded("moment.json")[1])["process"]
    top, expected = 0, []
    for line in process["ledger"][:-1]:
        thick = line["bytes"] / scale
        base = zero - process["ledger"][-1]["bytes"] / scale
        if thick > 4:
            part = next((p for p in chart["found"] if p[0] == line["key"]), None)
            assert part, (line, chart)
            assert abs(part[1] - (base - top - thick)) < 3 and abs(part[2] - (base - top)) < 3 or line["key"] == "requested", (line, part, base, top, thick)
            expected.append(line["key"])
        top += thick
    assert len(expected) >= 3
    drawn = [name for name, _, _ in chart["found"] if name in expected]
    assert [name for i, name in enumerate(drawn) if name not in drawn[:i]] == expected[::-1], (drawn, expected)
    line = [p for x in range(1, 30) for p in page.run(f"inspect.stack({x})")["found"] if p[0] == "rss"]  # its edges are mixed
    assert line and abs((line[0][1] + line[0][2]) / 2 - (zero - process["rss"] / scale)) < 3, (line, process["rss"] / scale)


@test
def ledger_lines_can_be_hidden(case):
    page = case.shown()
    pause(page)
    names = "inspect.stack(3).found.map(part => part[0])"
    page.wait(f"{names}.includes('requested') && {names}.includes('rounding')")
    page.run("[...document.querySelectorAll('.ledger button')].find(b => b.textContent === 'Requested').click()")
    page.wait(f"!{names}.includes('requested') && {names}.includes('rounding')")
    assert page.run("document.querySelector('.ledger button').getAttribute('aria-pressed')") == "false"


@test_of_any
def downloads_arrive_and_parse(case):
    page = case.shown()
    pause(page)
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


@test_of_any
def frees_are_called_frees(case):
    page = case.shown()
    page.run("document.getElementById('meanings').open = document.getElementById('moments').open = true")
    assert not page.run("/dealloc/i.test(document.documentElement.outerHTML.replace(/<script[^]*?<\\/script>/g, ''))")
    assert "Frees" in page.run("""[...document.querySelectorAll('[aria-label="Size classes"] th[scope="col"]')].map(c => c.textContent)""")


@test_of_any
def peaks_say_how_they_are_known(case):
    page = case.shown()
    cells = page.run("Object.fromEntries([...document.querySelectorAll('.ledger tbody tr')].map(r => [r.cells[0].textContent, r.cells[3].textContent]))")
    assert cells["Requested"].startswith("≈ ") and cells["Process RSS"].startswith("≥ "), cells
    assert "≥ the greatest seen here" in page.text("#ledger") and "≈ sampled" in page.text("#ledger")
    if not case.real:
        assert cells["Resident heap"].startswith("≥ ") and not cells["Metadata"].startswith(("≈", "≥")), cells
    assert page.text("#tile-requested .under").startswith("peak about ")


@test
def resident_bytes_that_nobody_knows(case):
    page = case.shown(part="#5300")
    page.wait("Number(document.getElementById('moment').max) > 100")
    assert page.text("#name").startswith("<script>")
    assert page.text("#tile-resident .value") == page.text("#tile-overhead .value") == "–"
    read = "Object.fromEntries([...document.querySelectorAll('.ledger tbody tr')].map(r => [r.cells[0].textContent, [...r.cells].slice(1).map(c => c.textContent)]))"
    ledger = page.run(read)
    assert ledger["Resident heap"] == ["–", "", "–"], ledger
    assert ledger["Requested"][1] == "–" and amount(ledger["Requested"][0]) > 1 << 20
    assert "Canaries, rounding, quarantine" in ledger
    page.focus("#memory")
    page.key("ArrowLeft")
    told = page.run("document.getElementById('memory').getAttribute('aria-valuetext')")
    assert "Resident heap –" in told and "Metadata" in told, told
    page.focus("#moment")
    page.key("Home")
    page.wait("!document.getElementById('partial').hidden")
    assert page.run(read)["Resident heap"] == ["–", "", "–"] and page.text("#tile-overhead .value") == "–"
    page.run("document.querySelector('[data-save=\"history.csv\"]').click()")
    table = list(csv.reader(io.StringIO(page.downloaded("history.csv")[1].decode(), newline="")))
    assert {row[table[0].index("resident")] for row in table[1:]} == {""}


@test
def numbers_that_nobody_knows(case):
    page = case.open("--holes", part="#4711")
    page.wait("!document.getElementById('details').hidden && Number(document.getElementById('moment').max) > 100")
    page.run("document.getElementById('moments').open = true; for (const box of document.querySelectorAll('.scroll')) box.style.maxHeight = 'none'")
    page.wait("inspect.rows('Every moment in the charts').length > 3")
    for thread in ("total", "4711-null", "null-null"):
        if page.run(f"[...document.getElementById('thread').options].some(o => o.value === '{thread}')"):
            page.select("#thread", thread)
        page.settle(0.2)
        assert not page.run("document.body.innerText.match(/.*(NaN|undefined|Infinity|null).*/)?.[0] ?? ''")
        assert not page.run("document.querySelector('main').innerHTML.match(/.{0,50}(NaN|Infinity|undefined).{0,20}/)?.[0] ?? ''")
    for tile in ("requested", "resident", "overhead", "live", "allocations", "frees"):
        assert page.text(f"#tile-{tile} .value") == "–", tile
    numbers = page.run("[...document.querySelectorAll('.ledger td, [aria-label=\"System calls of the heap\"] td, [aria-label=\"Size classes\"] td')].map(c => c.textContent.trim()).filter(w => w)")
    assert len(numbers) > 40 and set(numbers) == {"–", "Total"}, set(numbers)
    for chart in ("memory", "rates", "usage", "waste"):
        page.focus("#" + chart)
        page.key("ArrowRight")
        told = page.run(f"document.getElementById('{chart}').getAttribute('aria-valuetext')")
        assert "–" in told and "NaN" not in told, told


@test
def what_went_back_is_told(case):
    page = case.shown()
    page.wait(r"/Given back4\.00.MiB, 75\.0.% of it: age/.test(document.getElementById('facts').textContent)")
