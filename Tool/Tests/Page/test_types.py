"""Types: looks only while somebody looks, growth, pages and filter, who holds objects, and what cannot be read."""

from case import amount, column, pause, rows, test

LABEL = "Types"


def press(page, name):
    """Without the mouse: what comes above may move the button meanwhile."""
    page.run(f"document.getElementById('{name}').click()")


def opened(case, *flags, **more):
    """A page that shows types of a first look."""
    page = case.shown(*flags, **more)
    page.run("document.getElementById('types-card').scrollIntoView({ block: 'start' })")
    press(page, "types-open")
    page.wait("document.querySelectorAll('#types-table tbody tr:not([hidden]) th').length > 5")
    return page


def looks_again(case, page):
    before = case.server.world.looks
    page.select("#types-every", "2")
    page.wait(f"document.getElementById('types-sum').innerText.includes('every 2 s') || {before} < 0")
    for _ in range(80):
        if case.server.world.looks > before:
            return
        page.settle(0.1)
    raise AssertionError("no further look")


@test
def nobody_is_looked_at_unasked(case):
    page = case.shown()
    page.settle(1.5)
    assert case.server.world.looks == 0
    page = opened(case)
    assert case.server.world.looks == 1
    looks_again(case, page)
    assert "stood still for 1.3 ms" in page.text("#types-sum"), page.text("#types-sum")
    # Paused, out of sight, hidden: no look.
    pause(page)
    before = case.server.world.looks
    page.settle(2.6)
    assert case.server.world.looks == before
    page.click("#pause")
    page.run("scrollTo(0, 0)")
    page.size(1280, 400)
    page.settle(0.3)
    before = case.server.world.looks
    page.settle(2.6)
    assert case.server.world.looks == before, "out of sight"
    page.run("document.getElementById('types-card').scrollIntoView({ block: 'start' })")
    press(page, "types-open")
    before = case.server.world.looks
    page.settle(2.6)
    assert case.server.world.looks == before and page.run("document.getElementById('types-on').hidden")


@test
def types_are_sorted_paged_and_filtered(case):
    page = opened(case)
    page.run("for (const box of document.querySelectorAll('#types-table .scroll')) box.style.maxHeight = 'none'")
    page.settle(0.3)
    names, sizes = column(page, LABEL, "Type"), [amount(v) for v in column(page, LABEL, "Bytes")]
    assert len(names) == 50 and sizes == sorted(sizes, reverse=True) and names[0] == "untyped"
    assert page.text("#types-page") == "1–50 of 124"
    press(page, "types-behind")
    page.wait("document.getElementById('types-page').innerText === '51–100 of 124'")
    assert not set(column(page, LABEL, "Type")) & set(names)
    press(page, "types-behind")
    page.wait("document.getElementById('types-page').innerText === '101–124 of 124'")
    page.wait("inspect.rows('Types').length === 24")
    assert page.run("document.getElementById('types-behind').disabled")
    page.run("(i => { i.value = 'CIRCLE'; i.dispatchEvent(new Event('input')); })(document.getElementById('types-filter'))")
    page.wait("document.querySelectorAll('#types-table tbody tr:not([hidden]) th').length === 1")
    assert rows(page, LABEL)[0][:4] == ["shapes::Circle<&'\"+>", "c++ vtable object", "900", "21.1 KiB"], rows(page, LABEL)
    page.run("(i => { i.value = 'none such'; i.dispatchEvent(new Event('input')); })(document.getElementById('types-filter'))")
    page.wait("document.querySelector('#types-table .nothing').innerText === 'No type has these letters.'")
    assert page.run("typeof window.hit") == "undefined" and page.run("document.querySelectorAll('#types-card img').length") == 0


@test
def what_grew_since_the_view_was_opened(case):
    page = opened(case)
    assert page.run("document.getElementById('types-chart').parentElement.hidden")
    looks_again(case, page)
    page.wait("!document.getElementById('types-chart').parentElement.hidden")
    page.run("[...document.querySelectorAll('#types-table th button')].find(b => b.textContent === 'Count grew').click()")
    page.wait("document.querySelector('#types-table tbody th').textContent !== 'untyped'")
    shown = dict(zip(column(page, LABEL, "Type"), column(page, LABEL, "Count grew")))
    turns = case.server.world.looks - 1
    assert shown["App.Session"] in (f"+{100 * turns}", f"+{100 * (turns - 1)}") and shown["untyped"] == "0", shown
    assert "App.Session" in page.text("#types-legend") and "App.Late" in page.text("#types-legend")
    page.run("document.querySelector('[name=types-unit][value=count]').click()")
    page.settle(0.2)
    for scheme in ("light", "dark"):
        page.media(scheme)
        page.settle(0.1)
        assert page.run("inspect.faint(4.5)") == []


@test
def a_click_tells_who_holds_objects(case):
    page = opened(case)
    page.run("[...document.querySelectorAll('#types-table button.link')].find(b => b.textContent.startsWith('shapes::Circle')).click()")
    page.wait("document.querySelectorAll('#types-answer li').length === 4")
    assert case.server.world.asked == "shapes::Circle<&'\"+>", case.server.world.asked
    steps = page.run("[...document.querySelectorAll('#types-answer li')].map(l => l.textContent)")
    assert steps[0] == "variable App.server : App.Server" and steps[1].startswith("→ App.Server 0x7f") and steps[2].startswith(".sessions → [App.Session]"), steps
    press(page, "types-cycles")
    page.wait("document.getElementById('types-answer').innerText.includes('App.Handler.owner → App.Session.delegate → App.Handler')")
    press(page, "types-retained")
    page.wait("document.querySelector('#types-answer table') !== null")
    assert rows(page, "Retained sizes")[0] == ["App.Server", "8.30 KiB", "94.4 %", "64 B", "1"], rows(page, "Retained sizes")
    for width in (320, 400, 1280):
        page.size(width, 900)
        page.settle(0.3)
        assert page.run("inspect.wide()") == {"page": 0, "elements": []}, (width, page.run("inspect.wide()"))


@test
def what_cannot_be_read_is_told(case):
    page = opened(case)
    case.server.world.refuses_looks = True
    case.expected = ["409"]
    press(page, "types-cycles")
    page.wait("document.getElementById('types-answer').innerText.includes('may not be looked into: kernel.yama.ptrace_scope is 1.')")
    page.select("#types-every", "2")
    page.wait("document.getElementById('types-sum').innerText.includes('ptrace_scope is 1.')", 10)
    # What was read stays.
    assert len(rows(page, LABEL)) > 5
    press(page, "types-open")
    press(page, "types-open")
    page.wait("document.querySelector('#types-table .nothing').innerText.includes('ptrace_scope is 1.')")
