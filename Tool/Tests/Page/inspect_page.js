// What the tests measure in the page: run inside it, each returns plain data.
({
  // Texts whose contrast against what is behind them is below `least`, as "ratio text (selector)".
  faint(least) {
    const parse = (colour) => { const n = colour.match(/[\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
    const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3])).concat(1);
    const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
      const v = c[i] / 255;
      return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    }, 0);
    const behind = (node) => {
      const layers = [];
      for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
      return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
    };
    const found = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement, words = node.data.trim();
      if (!words || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || element.closest('.away, script, style')) continue;
      const style = getComputedStyle(element), isDrawn = element instanceof SVGElement;
      const below = behind(element), text = over(parse(isDrawn ? style.fill : style.color), below);
      const [a, b] = [light(text), light(below)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
      if (ratio < least && !element.disabled) found.add(`${ratio.toFixed(2)} ${words.slice(0, 30)} (${element.tagName}.${element.getAttribute('class') ?? ''})`);
    }
    return [...found];
  },

  // Elements that make the page wider than the window and do not scroll inside a box of their own.
  wide() {
    const limit = document.documentElement.clientWidth;
    const scrolls = (node) => { for (let at = node; at; at = at.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(at).overflowX) && at !== document.documentElement && at !== document.body) return true; return false; };
    const found = [...document.body.querySelectorAll('*')].filter((node) => node.checkVisibility() && !node.closest('.away, svg') && (node.getBoundingClientRect().right > limit + 0.5 || node.getBoundingClientRect().left < -4) && !scrolls(node));
    return { page: document.documentElement.scrollWidth - limit, elements: found.map((node) => `${node.tagName}#${node.id} ${node.textContent.slice(0, 40)}`.trim()) };
  },

  // Words that their box cuts. What processes are called may be cut: it is as long as they like.
  cut() {
    const found = [...document.querySelectorAll('main *, .time *, .top *')].filter((node) => {
      if (!node.checkVisibility() || node.closest('svg, .away, .tip, select, .link, .frame, [title^="<"]') || !/hidden|clip/.test(getComputedStyle(node).overflowX)) return false;
      return node.scrollWidth > node.clientWidth + 1 && node.textContent.trim() && ![...node.children].some((child) => child.scrollWidth > child.clientWidth + 1);
    });
    return found.map((node) => `${node.tagName}.${node.className} ${node.textContent.slice(0, 40)}`);
  },

  // A column of the memory chart, from its top: [[name of the colour, first y, last y]…], and its scale. x counts from
  // the right end of the plot. Mixed colours at edges are left out.
  stack(x) {
    const host = document.getElementById('memory'), canvas = host.querySelector('canvas'), ratio = canvas.width / host.clientWidth;
    const names = new Map(), probe = document.body.appendChild(document.createElement('span'));
    for (const name of ['requested', 'rounding', 'threadCaches', 'centralLists', 'freeSpans', 'purgeable', 'metadata', 'hugePages', 'rss']) {
      probe.style.color = `var(--${name})`;
      names.set(getComputedStyle(probe).color.match(/\d+/g).join(), name);
    }
    probe.remove();
    const data = canvas.getContext('2d').getImageData(Math.round((host.clientWidth - 8 - x) * ratio), 0, 1, canvas.height).data, found = [];
    for (let y = 0; y < canvas.height; y += 1) {
      const name = data[4 * y + 3] === 255 ? names.get(data.slice(4 * y, 4 * y + 3).join()) : undefined;
      if (name && found.at(-1)?.[0] === name) found.at(-1)[2] = y / ratio;
      else if (name) found.push([name, y / ratio, y / ratio]);
    }
    const ticks = [...host.querySelectorAll('text')].filter((t) => t.getAttribute('text-anchor') === 'end' && t.getAttribute('visibility') === 'visible');
    return { found, ticks: ticks.map((t) => [t.textContent, Number(t.getAttribute('y'))]) };
  },

  // A table by its label: the words of its rows in sight.
  rows(label) {
    const table = document.querySelector(`[role="region"][aria-label="${label}"] table`);
    return [...table.tBodies[0].rows].filter((row) => !row.hidden && !row.classList.contains('space')).map((row) => [...row.cells].map((cell) => cell.textContent));
  },

  order(label) {
    return [...document.querySelectorAll(`[role="region"][aria-label="${label}"] th[scope="col"]`)].map((cell) => cell.getAttribute('aria-sort'));
  },
})
