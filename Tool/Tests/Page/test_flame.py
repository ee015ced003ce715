"""The flame graph: what it adds up to, zoom, search, threads, differences, and a process that takes no samples."""

from case import amount, column, test

FRAMES = """[...document.querySelectorAll('.frame')].map(f => ({ name: f.frame.node.name, depth: f.frame.depth, left: f.frame.left, width: f.frame.width,
    told: f.getAttribute('aria-label'), kind: f.className, colour: f.style.getPropertyValue('--frame') }))"""


def graph(case, *flags, **more):
    """A page with the graph of a first profile."""
    page = case.shown(*flags, **more)
    page.run("document.getElementById('flame-card').scrollIntoView({ block: 'center' })")
    page.wait("document.querySelectorAll('.frame').length > 5")
    return page


def take(page):
    before = page.run("document.getElementById('flame-moment').options.length")
    page.settle(1.1)  # two of one second have one name
    page.click("#flame-take")
    page.wait(f"document.getElementById('flame-moment').options.length === {before + 1}")


def choose(page, name, value):
    page.run(f"document.querySelector('[name=flame-{name}][value={value}]').click()")


def search(page, words):
    page.run(f"(i => {{ i.value = {words!r}; i.dispatchEvent(new Event('input')); }})(document.getElementById('flame-search'))")


def whole(page):
    """The bytes in the line above the graph."""
    return amount(page.run("document.querySelector('#flame-sum b').textContent").lstrip("+"))


@test
def the_graph_adds_up(case):
    page = graph(case)
    frames = page.run(FRAMES)
    assert frames[0]["name"] == "all" and frames[0]["depth"] == 0
    for frame in frames:
        below = [f for f in frames if f["depth"] == frame["depth"] + 1 and f["left"] >= frame["left"] - 0.01 and f["left"] < frame["left"] + frame["width"] - 0.01]
        assert sum(f["width"] for f in below) <= frame["width"] + 0.5, (frame, below)
        assert [f["width"] for f in below] == sorted((f["width"] for f in below), reverse=True), "the largest is first"
    assert abs(whole(page) / 61.1e6 * 1e6 / (1 << 20) - 1) < 0.06, whole(page)
    page.run("for (const box of document.querySelectorAll('#flame-table .scroll')) box.style.maxHeight = 'none'")
    page.settle(0.3)
    label = "Functions by what they hold"
    itself = [amount(v) for v in column(page, label, "Itself")]
    assert abs(sum(itself) / whole(page) - 1) < 0.02, (sum(itself), whole(page))
    names, totals = column(page, label, "Function"), [amount(v) for v in column(page, label, "With callees")]
    # A function that calls itself counts once.
    assert totals[names.index("parse")] == totals[names.index("node_new")] == itself[names.index("node_new")]
    assert totals[names.index("main")] > 0.6 * whole(page) and itself[names.index("main")] == 0
    choose(page, "unit", "blocks")
    page.wait("/^[\\d,]+$/.test(document.querySelector('#flame-sum b').textContent)")


@test
def zoom_by_mouse_and_keyboard(case):
    page = graph(case)
    width = page.run("document.querySelector('#flame').clientWidth")
    spot = page.run("""(() => { const f = [...document.querySelectorAll('.frame')].find(f => f.frame.node.name.startsWith('db::load')).getBoundingClientRect(); return [f.x + 9, f.y + 9]; })()""")
    page.mouse("mouseMoved", *spot)
    page.wait("document.getElementById('flame-detail').innerText.startsWith('db::load(char const*) · ')")
    page.mouse("mousePressed", *spot)
    page.mouse("mouseReleased", *spot)
    page.wait(f"[...document.querySelectorAll('.frame')].some(f => f.frame.node.name.startsWith('db::load') && Math.abs(f.frame.width - {width}) < 1)")
    names = [f["name"] for f in page.run(FRAMES)]
    assert names[:3] == ["all", "main", "server::run()"] and "clone3" not in names
    assert not page.run("document.getElementById('flame-out').hidden")
    page.click("#flame-out")
    page.wait("[...document.querySelectorAll('.frame')].some(f => f.frame.node.name === 'clone3')")
    at = "document.querySelector('.frame.at').frame.node.name"
    page.focus("#flame")
    for key, name in (("ArrowDown", "main"), ("ArrowRight", "clone3"), ("ArrowLeft", "main"), ("ArrowDown", "server::run()"), ("ArrowUp", "main")):
        page.key(key)
        assert page.run(at) == name, (key, page.run(at))
    assert page.run("document.getElementById(document.getElementById('flame').getAttribute('aria-activedescendant')).frame.node.name") == "main"
    page.key("Enter")
    page.wait("![...document.querySelectorAll('.frame')].some(f => f.frame.node.name === 'clone3')")
    page.key("Escape")
    page.wait("[...document.querySelectorAll('.frame')].some(f => f.frame.node.name === 'clone3')")
    page.run("document.getElementById('flame').dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }))")
    assert page.run("document.activeElement.id") == "flame-search"


@test
def search_marks_and_adds_up(case):
    page = graph(case)
    search(page, "PARSE")
    page.wait("document.querySelectorAll('.frame.found').length === 3")
    assert "found: " in page.text("#flame-sum")
    found, everything = page.run("[...document.querySelectorAll('#flame-sum b')].map(b => b.textContent)")[::-1]
    assert 0.05 < amount(found) / amount(everything) < 0.07, (found, everything)
    assert column(page, "Functions by what they hold", "Function") == ["parse"]
    search(page, "no such function")
    page.wait("document.querySelector('#flame-table .nothing').innerText === 'No function has these letters.'")
    search(page, "")
    page.run("[...document.querySelectorAll('#flame-table button.link')].find(b => b.textContent === 'node_new').click()")
    page.wait("document.querySelectorAll('.frame.found').length === 1 && document.getElementById('flame-search').value === 'node_new'")


@test
def one_heap_alone(case):
    page = graph(case)
    everything = whole(page)
    assert page.run("[...document.getElementById('flame-heap').options].map(o => o.textContent)") == ["All heaps", "parser", "process"]
    page.select("#flame-heap", "parser")
    page.wait("![...document.querySelectorAll('.frame')].some(f => f.frame.node.name === 'main')")
    assert abs(whole(page) / everything - 0.28) < 0.02
    page.select("#flame-heap", "")
    page.wait("[...document.querySelectorAll('.frame')].some(f => f.frame.node.name === 'main')")


@test
def one_thread_alone(case):
    page = graph(case)
    everything = whole(page)
    assert page.run("[...document.getElementById('flame-thread').options].map(o => o.textContent)") == ["All threads", '<img src=x onerror="window.hit=1">', "bg-writer", "main"]
    page.select("#flame-thread", "bg-writer")
    page.wait("![...document.querySelectorAll('.frame')].some(f => f.frame.node.name === 'main')")
    assert abs(whole(page) / everything - 0.28) < 0.02
    page.select("#flame-thread", "")
    page.wait("[...document.querySelectorAll('.frame')].some(f => f.frame.node.name === 'main')")


@test
def a_difference_of_two_moments(case):
    page = graph(case)
    choose(page, "mode", "difference")
    page.wait("document.getElementById('flame-empty').innerText.startsWith('Take another profile')")
    choose(page, "mode", "use")
    page.wait("document.querySelectorAll('.frame').length > 5")
    first = whole(page)
    take(page)
    second = whole(page)
    choose(page, "mode", "difference")
    page.wait("document.querySelector('#flame-sum').innerText.includes(' change')")
    told = page.run("document.querySelector('#flame-sum b').textContent")
    assert abs((second - first) - (amount(told.lstrip("+")))) < 0.02 * first, (first, second, told)
    frames = {f["name"]: f for f in page.run(FRAMES)}
    assert frames["cache::fill()"]["colour"] == "var(--more-3)" and "0 B before" in frames["cache::fill()"]["told"]
    assert frames["operator new(unsigned long)"]["colour"].startswith("var(--less-") and "−" in frames["operator new(unsigned long)"]["told"]
    for scheme in ("light", "dark"):
        page.media(scheme)
        page.settle(0.1)
        assert page.run("inspect.faint(4.5)") == []
    # Allocated: since sampling began, or since the first moment.
    choose(page, "mode", "allocated")
    page.wait("document.querySelector('#flame-sum').innerText.includes(' allocated')")
    total = whole(page)
    page.select("#flame-base", "0")
    page.wait("document.getElementById('flame-base').value === '0'")
    assert 0 < whole(page) < total / 2, (whole(page), total)
    assert page.run("[...document.getElementById('flame-base').options].length") == 2


@test
def names_of_functions_are_never_markup(case):
    page = graph(case)
    assert page.run("typeof window.hit") == "undefined" and page.run("document.querySelectorAll('#flame-card img').length") == 0
    assert any(f["name"] == '<img src=x onerror="window.hit=1">' for f in page.run(FRAMES))
    assert any(f["name"] == "\ufffdexe.\ufffd[31m" for f in page.run(FRAMES))


@test
def sampling_is_switched_from_the_page(case):
    page = case.shown(part="#5300")
    page.wait("!document.getElementById('flame-off').hidden")
    assert page.run("document.getElementById('flame-on').hidden && document.getElementById('flame-take').hidden")
    assert page.text("#flame-command") == "swiftmallocctl profile 5300 --start"
    page.run("document.getElementById('flame-card').scrollIntoView({ block: 'center' })")
    page.click("#flame-start")
    page.wait("document.querySelectorAll('.frame').length > 5", 10)
    assert page.text("#flame-interval") == "a sample for each 512 KiB"
    page.click("#flame-stop")
    page.wait("document.getElementById('flame-take').hidden")
    # What was taken stays to be looked at.
    assert page.run("document.querySelectorAll('.frame').length") > 5 and page.text("#flame-interval") == "no samples are taken now"
    page.run("[...document.querySelectorAll('[role=tab]')][2].click()")
    page.wait("document.getElementById('name').innerText === 'batch-job'")
    assert page.run("document.getElementById('flame-card').hidden"), "a process that takes no profiles"


@test
def a_profile_that_is_not_there_is_told(case):
    page = graph(case)
    case.server.world.service.ends_at_profile = True
    case.expected = ["409"]
    page.click("#flame-take")
    page.wait("document.getElementById('flame-sum').innerText.includes('Process 4711 has ended meanwhile.')")
    assert page.run("document.querySelectorAll('.frame').length") > 5
    case.server.world.service.ends_at_profile = False
    take(page)
    assert "ended" not in page.text("#flame-sum")


@test
def the_graph_fits_narrow_windows(case):
    page = graph(case, width=400, height=900)
    take(page)
    choose(page, "mode", "difference")
    for width in (320, 400, 1280):
        page.size(width, 900)
        page.settle(0.4)
        assert page.run("inspect.wide()") == {"page": 0, "elements": []}, (width, page.run("inspect.wide()"))
        assert page.run("Math.abs(document.querySelector('.frame').getBoundingClientRect().width - document.getElementById('flame').clientWidth)") < 1
