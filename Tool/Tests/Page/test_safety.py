"""What comes from a process is text, and the page can do no more than it needs."""

import csv
import io
import urllib.request

from case import test, test_of_any


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


@test_of_any
def the_policy_lets_nothing_else_run(case):
    page = case.shown()
    case.expected = ["Content Security Policy", "policy:", "TrustedScript"]
    page.run("(() => { const s = document.createElement('script'); try { s.textContent = 'window.hit = 1'; } catch {} document.body.append(s); })()")
    page.run("(() => { const d = document.createElement('div'); try { d.setAttribute('onclick', 'window.hit = 1'); } catch {} document.body.append(d); d.click(); })()")
    assert page.run("typeof window.hit") == "undefined"
    refused = page.run("fetch('http://127.0.0.1:1/').then(() => 'sent', (e) => document.location && 'refused')")
    assert refused == "refused"
    head = urllib.request.urlopen(case.url).headers
    assert "default-src 'none'" in head["Content-Security-Policy"] and "unsafe" not in head["Content-Security-Policy"]
    page.requests = [r for r in page.requests if "127.0.0.1:1/" not in r]


@test
def characters_that_nobody_sees_are_shown(case):
    page = case.shown(part="#5300")
    page.wait("inspect.rows('Threads').some(row => row[0] === '\ufffdexe.\ufffd[31m')")
    assert not page.run("/[\\u202e\\u001b]/.test(document.documentElement.outerHTML.replace(/<script[^]*?<\\/script>/g, ''))")
    page.run("document.getElementById('threads').scrollIntoView()")
    unseen = "".join(map(chr, (0x61c, 0xad, 0x200b, 0x2066, 0xe0041, 0x3164, 0xfffb, 0x9b)))
    case.server.world.script.threads[2].name, shown = "x" + unseen, "x" + "\ufffd" * len(unseen)
    page.wait(f"inspect.rows('Threads').some(row => row[0] === '{shown}')")
    page.run("document.querySelector('[data-save=\"threads.csv\"]').click()")
    assert shown in page.downloaded("threads.csv")[1].decode()
