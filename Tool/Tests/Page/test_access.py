"""Looks and access: themes, contrast, narrow windows, keyboard, names for screen readers."""


from case import pause, test, test_of_any


@test_of_any
def the_theme_follows_the_system_and_the_button(case):
    page = case.shown(scheme="dark")
    card = "getComputedStyle(document.querySelector('.card')).backgroundColor"
    dark = page.run(card)
    assert page.text("#theme") == "Light theme"
    pixel = "inspect.stack(3).found.map(part => part[0]).includes('requested')"
    page.wait(pixel)
    page.media("light")
    page.wait(f"{card} !== '{dark}'")
    light = page.run(card)
    page.wait("document.getElementById('theme').innerText === 'Dark theme'")
    page.wait(pixel)
    page.click("#theme")
    assert page.run(card) == dark
    page.open(case.url)
    assert page.run(card) == dark, "the choice is not remembered"
    page.wait("document.getElementById('connection').dataset.state === 'live'")
    page.click("#theme")
    assert page.run(card) == light


@test_of_any
def text_has_contrast_in_both_themes(case):
    page = case.shown("--error")
    assert page.run("inspect.faint(25).length") > 20, "the measure sees nothing"
    for scheme in ("light", "dark"):
        page.media(scheme)
        page.settle(0.1)
        assert page.run("inspect.faint(4.5)") == []
    pause(page)
    page.run("document.getElementById('save').open = true; document.getElementById('meanings').open = true; document.getElementById('moments').open = true")
    page.settle(0.2)
    for scheme in ("light", "dark"):
        page.media(scheme)
        page.settle(0.1)
        assert page.run("inspect.faint(4.5)") == []


@test_of_any
def nothing_is_wider_than_the_window(case):
    page = case.shown("--error", width=320, height=800)
    page.run("document.getElementById('meanings').open = true; document.getElementById('moments').open = true; document.getElementById('save').open = true")
    for width in (320, 400, 760, 1280):
        page.size(width, 800)
        page.settle(0.4)
        assert page.run("inspect.wide()") == {"page": 0, "elements": []}, (width, page.run("inspect.wide()"))


@test
def nothing_is_cut(case):
    page = case.shown("--vast", part="#5300")
    page.run("document.getElementById('moments').open = true")
    assert "TiB" in page.text("#tile-requested .value")
    for width in (1440, 1280, 1200, 1101, 1100, 1024, 768, 400, 360):
        page.size(width, 800)
        page.settle(0.3)
        # The widest amounts that there are, too.
        page.run("""for (const cell of document.querySelectorAll('.ledger td, [role="region"] td, .tile .under')) {
            if (/^[≥≈−]? ?[\\d.]+ [KMGT]?i?B$/.test(cell.textContent)) cell.firstChild.data = cell.textContent.replace(/[\\d.]+/, '88.8').replace(/[KMGT]?i?B$/, 'MiB').replace(/^(?=8)/, '−'); }""")
        assert page.run("inspect.cut()") == [], (width, page.run("inspect.cut()"))
        assert page.run("inspect.wide()") == {"page": 0, "elements": []}, (width, page.run("inspect.wide()"))
        tops = page.run("[...document.querySelectorAll('.top select, .top summary, #theme')].map(e => e.getBoundingClientRect().y)")
        assert max(tops) - min(tops) < 12, f"the controls take several lines at {width}: {tops}"


@test
def nothing_jumps_when_numbers_change(case):
    page = case.shown()
    places = """[...document.querySelectorAll('.card, .tile, .tile dd, #pause, #when, th[scope=col], #connection')].map(e => { const b = e.getBoundingClientRect(); return [b.x, b.y + scrollY, b.width, b.height].map(n => Math.round(n)).join(); }).join(';')"""
    page.select("#interval", "100")
    page.settle(0.3)
    before = page.run(places)
    for _ in range(10):
        page.settle(0.1)
        assert page.run(places) == before
    # Nor when they have more digits: the columns of another process stand where those of this one stood.
    columns = "[...document.querySelectorAll('th[scope=col], .tile')].map(e => { const b = e.getBoundingClientRect(); return [b.x, b.width].map(Math.round).join(); }).join(';')"
    before = page.run(columns)
    page.run("[...document.querySelectorAll('[role=tab]')].at(-1).click()")
    page.wait("document.getElementById('name').innerText === 'crasher'")
    page.settle(0.2)
    assert page.run(columns) == before


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
    page.click("#pause")
    page.wait("document.getElementById('pause').innerText === 'Pause'")
    page.focus("#usage")
    page.key("ArrowRight")
    assert "Current usage" in page.run("document.getElementById('usage').getAttribute('aria-valuetext')")
    page.focus("#waste")
    page.key("End")
    assert "Size class large" in page.run("document.getElementById('waste').getAttribute('aria-valuetext')")


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
    pause(page)
    page.run("scrollTo(0, 0)")
    page.focus(".skip")
    seen = ["skip"]
    for _ in range(140):
        page.key("Tab")
        here = page.run("(() => { const e = document.activeElement; const s = getComputedStyle(e), n = e.nextElementSibling && getComputedStyle(e.nextElementSibling); return [e.id || e.className || e.tagName + e.name, s.outlineStyle !== 'none' || n?.outlineStyle !== 'none']; })()")
        if here[0] in ("BODYundefined",) or (seen and here[0] == seen[0]):
            break
        assert here[1], f"no focus style: {here[0]}"
        seen.append(here[0])
    for wanted in ("skip", "interval", "theme", "thread", "memory", "rates", "usage", "waste", "filter", "flame", "flame-search", "flame-take", "pause", "moment"):
        assert wanted in seen, (wanted, seen)


@test_of_any
def nothing_is_animated(case):
    page = case.shown()
    assert page.run("document.getAnimations({ subtree: true }).length") == 0


@test_of_any
def charts_say_in_words_what_they_show(case):
    page = case.shown()
    for chart, words in (("memory", "at the end, between"), ("rates", "Frees"), ("usage", "size classes, the most in"), ("waste", "size classes, the most in")):
        page.wait(f"document.getElementById('{chart}').getAttribute('aria-description')?.includes('{words}')")
    told = {node["name"]["value"]: node.get("description", {}).get("value", "") for node in page.send("Accessibility.getFullAXTree")["nodes"] if node.get("role", {}).get("value") == "slider"}
    assert len([name for name in told if name.startswith("Chart:")]) == 4
    assert all("B" in words or "/s" in words for name, words in told.items() if name.startswith("Chart:")), told
