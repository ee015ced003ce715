"""Time and processes: pause, scroll back, what ends, what comes, what is cut off."""

import json
import re
import time

from case import pause, rows, test


@test
def pause_and_scroll_back(case):
    page = case.shown()
    page.select("#interval", "100")
    total = lambda: int(re.match(r"[\d,]+", page.text("#tile-allocations .under"))[0].replace(",", ""))
    page.wait("Number(document.getElementById('moment').max) > 162")
    pause(page)
    newest, classes, threads = total(), rows(page, "Size classes"), rows(page, "Threads")
    time.sleep(0.5)
    assert (total(), rows(page, "Size classes")) == (newest, classes), "paused numbers move"
    assert page.run("document.getElementById('later').disabled"), "newer moments are shown"
    page.focus("#moment")
    page.key("ArrowLeft")
    page.key("ArrowLeft")
    page.wait("document.getElementById('when').innerText.startsWith('Paused at')")
    page.settle(0.1)
    earlier, before = total(), rows(page, "Size classes")
    assert earlier < newest and before != classes and rows(page, "Threads") != threads
    assert len(before) == len(classes), "an own moment shows all tables"
    page.click("#later")
    page.click("#later")
    page.settle(0.1)
    assert total() == newest and rows(page, "Size classes") == classes
    page.focus("#moment")
    page.key("Home")
    page.settle(0.1)
    assert total() < earlier / 2
    assert "only the totals are known" in page.text("#partial") and page.run("document.querySelector('#earlier').disabled")
    assert page.run("document.querySelector('#memory .shown').getAttribute('visibility')") == "visible"
    page.click("#pause")
    page.wait("document.getElementById('when').innerText.endsWith('live')")
    page.until(lambda: total() > newest)
    assert page.text("#when").endswith("live")


@test
def a_click_in_the_chart_shows_that_moment(case):
    page = case.shown()
    page.run("scrollTo(0, 0)")
    box = page.run("(() => { const b = document.getElementById('memory').getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()")
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2

    def shows_the_moment():
        page.mouse("mouseMoved", x, y)
        page.wait("!document.querySelector('#memory .tip').hidden")
        tip = page.text("#memory .tip")
        for name in ("Requested", "Metadata", "Untouched", "Process RSS"):
            assert name in tip, tip
        page.mouse("mousePressed", x, y)
        page.mouse("mouseReleased", x, y)
        page.wait("document.getElementById('pause').innerText === 'Go live'")
        if tip.splitlines()[0] in page.text("#when"):
            return True
        # The chart went on between the look and the click.
        page.click("#pause")
        page.wait("document.getElementById('when').innerText.endsWith('live')")
        page.run("scrollTo(0, 0)")
        return False

    page.until(shows_the_moment)


@test
def several_processes(case):
    page = case.shown()
    names = page.run("[...document.querySelectorAll('[role=tab] .name')].map(e => e.textContent)")
    assert names[0] == "redis-server" and len(names) == 4, names
    page.focus("[role=tab][aria-selected=true]")
    for tab in (1, 2):
        page.key("ArrowRight")
        page.wait(f"[...document.querySelectorAll('[role=tab]')].indexOf(document.activeElement) === {tab}")
    page.wait("document.getElementById('name').innerText === 'batch-job'")
    page.wait("document.activeElement.getAttribute('aria-selected') === 'true' && location.hash === '#5120'")
    case.server.world.control("start")
    page.wait("[...document.querySelectorAll('[role=tab] .name')].some(e => e.textContent === 'started-later')")
    page.wait("document.getElementById('announce').innerText.includes('started-later')")
    page.wait("[...document.querySelectorAll('[role=tab] path')].slice(0, 4).every(p => p.getAttribute('d').length > 50)")


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
    late = case.shown(part="#6001")  # a page that was not open then
    late.wait("document.getElementById('tile-resident').innerText.includes('when last seen')")
    time.sleep(1.2)
    assert late.text("#tile-resident .value")[0].isdigit()


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
    page.wait("document.getElementById('when').innerText.endsWith('cut off')")
    page.wait("document.getElementById('connection').dataset.state === 'live'")
    assert page.run("document.getElementById('lost').hidden")
    page.wait(f"document.querySelector('#tile-requested .value').innerText !== {json.dumps(numbers)}")


@test
def the_interval_is_asked_for_and_remembered(case):
    page = case.shown()
    page.select("#interval", "250")
    page.wait("performance.getEntriesByType('resource').length >= 0")
    page.until(lambda: any("events?interval=250" in r for r in page.requests))
    page.open(case.url)
    page.wait("document.getElementById('interval').value === '250'")
    page.until(lambda: sum("events?interval=250" in r for r in page.requests) == 2)


@test
def the_history_outlives_a_new_server(case):
    page = case.shown()
    case.expected = ["ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED", "ERR_CONNECTION"]
    page.wait("Number(document.getElementById('moment').max) > 100")
    before = int(page.run("document.getElementById('moment').max"))
    case.server.world.control("forget")
    case.server.world.control("refuse", 1)
    page.wait("document.getElementById('connection').dataset.state === 'lost'")
    page.wait("document.getElementById('state').innerText === 'not known now'")
    page.wait("document.title.startsWith('redis-server not known now')")
    assert page.run("[...document.querySelectorAll('[role=tab] .state')].every(e => e.textContent === 'unknown')")
    for scheme in ("light", "dark"):
        page.media(scheme)
        page.settle(0.1)
        assert page.run("inspect.faint(4.5)") == []
    page.wait("document.getElementById('connection').dataset.state === 'live'")
    page.wait("document.getElementById('state').innerText === 'running'")
    page.wait(f"Number(document.getElementById('moment').max) > {before}")


@test
def all_processes_go(case):
    case.expected = ["404"]  # a process may go before the page asks for its history
    page = case.shown()
    page.wait("Number(document.getElementById('moment').max) > 100")
    case.server.world.control("end")
    case.server.world.control("kill")
    page.wait("[...document.querySelectorAll('[role=tab] .state')].map(e => e.textContent).sort().join() === 'ended,killed,running,running'")
    case.server.world.control("empty")
    page.wait("document.getElementById('state').innerText === 'no longer published'")
    page.wait("document.title.startsWith('redis-server no longer published')")
    page.wait("[...document.querySelectorAll('[role=tab] .state')].map(e => e.textContent).sort().join() === 'ended,gone,gone,killed'")
    assert page.run("document.getElementById('start').hidden") and rows(page, "Size classes")
    assert page.text("#when").endswith("the last numbers") and page.run("Number(document.getElementById('moment').max)") > 100
    for scheme in ("light", "dark"):
        page.media(scheme)
        page.settle(0.1)
        assert page.run("inspect.faint(4.5)") == []
    case.server.world.control("empty")
    page.wait("document.getElementById('state').innerText === 'running'")


@test
def thirty_processes(case):
    page = case.shown("--processes", "30", part="#8029")
    assert page.text("#name") == "worker-process-29"
    assert page.run("document.querySelectorAll('[role=tab]').length") == 34
    in_sight = "(() => { const b = document.querySelector('[role=tab][aria-selected=true]').getBoundingClientRect(); return b.left >= 0 && b.right <= innerWidth && scrollY === 0; })()"
    page.wait(in_sight)
    assert page.run("inspect.wide()") == {"page": 0, "elements": []}
    page.focus("[role=tab][aria-selected=true]")
    page.key("Home")
    page.wait("document.getElementById('name').innerText === 'redis-server'")
    page.wait(in_sight)
    page.key("End")
    page.wait(in_sight)
    assert page.run("[...document.querySelectorAll('[role=tab]')].filter(t => t.tabIndex === 0).length") == 1


@test
def many_that_come_and_go_are_told_as_a_sum(case):
    page = case.shown()
    page.run("window.told = []; new MutationObserver(() => window.told.push(document.getElementById('announce').textContent)).observe(document.getElementById('announce'), { subtree: true, childList: true, characterData: true })")
    page.select("#interval", "250")
    told = "window.told.filter(words => /process/.test(words))"
    for i in range(8):
        case.server.world.control("start")
        if i == 0: page.wait(f"{told}.length === 1")
        page.settle(0.1)
    page.wait(f"{told}.length > 1")
    words = page.run(told)
    assert "started-later, process 7004, appeared." == words[0] and "processes: appeared" in words[1] and len(words) == 2, words
