"""Tables: order, keyboard, and no more drawn than is in sight."""

import json
import re
import time

from case import amount, column, header, pause, test, unfold


@test
def every_column_sorts_both_ways(case):
    page = case.shown()
    page.wait("!inspect.rows('System calls of the heap').some(row => row[2] === '–')")  # two samples are there
    unfold(page)
    pause(page)
    page.mouse("mouseMoved", 2, 2)
    for label in ("Size classes", "Threads", "Large blocks", "Heaps", "System calls of the heap"):
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
    page.run(header("Threads", "Live") + ".click()")
    page.run("""document.querySelector('[aria-label="Threads"]').scrollIntoView({ block: 'center' })""")
    page.mouse("mouseMoved", *page.run("""(() => { const b = document.querySelectorAll('[aria-label="Threads"] tbody tr')[4].getBoundingClientRect(); return [b.x + 300, b.y + 9]; })()"""))
    page.settle(0.3)
    names = column(page, "Threads", "Name")
    for _ in range(10):
        page.settle(0.1)
        assert column(page, "Threads", "Name") == names
    page.mouse("mouseMoved", 2, 2)
    page.mouse("mouseMoved", 3, 2)
    page.wait(f"JSON.stringify(inspect.rows('Threads').map(row => row[0])) !== JSON.stringify({json.dumps(names)})")


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
    page.wait("Number(document.getElementById('moment').max) > 1992")
    time.sleep(2)  # what the browser does for a new page is over
    before, began = case.browser.seconds_of_pages(), time.monotonic()
    page.send("Performance.enable")
    layouts = lambda: {m["name"]: m["value"] for m in page.send("Performance.getMetrics")["metrics"]}["LayoutCount"]
    first = layouts()
    page.run("(() => { window.paints = 0; const clear = CanvasRenderingContext2D.prototype.clearRect; CanvasRenderingContext2D.prototype.clearRect = function (...box) { window.paints += 1; clear.apply(this, box); }; })()")
    page.run("window.changes = 0; new MutationObserver(list => { window.changes += list.length; }).observe(document.getElementById('threads'), { subtree: true, childList: true, attributes: true, characterData: true })")
    time.sleep(4)
    assert page.run("document.getElementById('threads').getBoundingClientRect().top > innerHeight && window.changes") == 0, "a table out of sight is drawn"
    assert page.run("window.paints") <= 5, "the charts are painted though they moved by less than a pixel"
    assert layouts() - first <= 12, f"{layouts() - first} layouts in 4 s"
    share = (case.browser.seconds_of_pages() - before) / (time.monotonic() - began)
    layers = page.run("[...document.querySelectorAll('main *')].filter(e => getComputedStyle(e).position === 'sticky').length")
    assert layers <= 20, f"{layers} boxes that stick, each a layer"
    print(f"     2000 moments, 200 threads, once a second: {100 * share:.0f} % of a core")
    assert share < 0.25, share  # four per cent on a quiet machine; the limit allows for a busy one


@test
def nothing_is_drawn_while_nobody_looks(case):
    page = case.shown()
    page.select("#interval", "100")
    hide = "Object.defineProperty(document, 'hidden', { configurable: true, value: %s }); document.dispatchEvent(new Event('visibilitychange'))"
    page.run(hide % "true")
    page.settle(0.3)
    newest = page.run("document.getElementById('moment').max")
    page.run("window.changes = 0; new MutationObserver(list => { window.changes += list.length; }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })")
    time.sleep(1)
    assert page.run("window.changes") == 0
    page.run(hide % "false")
    page.wait(f"Number(document.getElementById('moment').max) > {newest} + 8", 2)  # what came meanwhile is there


@test
def the_first_column_stays_where_a_table_slides(case):
    page = case.shown(width=400)
    place = """(() => { const box = document.querySelector('[role="region"][aria-label="Size classes"]'); box.scrollLeft = 300; box.scrollTop = 60; const at = e => { const b = e.getBoundingClientRect(), c = box.getBoundingClientRect(); return [b.x - c.x, b.y - c.y].map(Math.round); };
        return [at(box.querySelector('thead th')), at(box.querySelector('tbody th'))[0], at(box.querySelector('tfoot td'))[0], Math.round(box.scrollLeft), box.clientHeight - at(box.querySelector('tfoot td'))[1]]; })()"""
    head, row, foot, moved, up = page.run(place)
    assert head[0] in (0, 1) and head[1] in (0, 1) and row == foot == head[0] and moved == 300 and 25 < up < 35, (head, row, foot, moved, up)


@test
def the_moments_as_a_table(case):
    page = case.shown()
    assert page.run("document.getElementById('moments-table').hidden")
    page.click("#moments summary")
    page.wait("inspect.rows('Every moment in the charts').length > 10")
    assert page.run("document.querySelectorAll('[aria-label=\"Every moment in the charts\"] tbody tr').length") < 80
