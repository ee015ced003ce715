// ------------------------------------------------------------------ Profiles: which code holds the memory
//
// profile.json has stacks of sampled blocks with what they were and are. Each time that one is asked for is a moment;
// the graph shows one, or what changed since another. A node of the graph is a function called by those above it:
//
//   width  =  what it and all that it calls hold      difference: the greater of both moments, of each stack

const FLAME_ROW = 22, FLAME_MOMENTS = 24, FLAME_FRAMES = 4000, PROCESS_HEAP = 'process';
const flame = {
  moments: new Map(),  // key of a run → moments, the oldest first
  key: null,           // of the run that is shown
  shown: -1, base: -1, // places of moments; base −1: nothing is taken away
  mode: 'use', unit: 'bytes', thread: '', heap: '', search: '',
  root: null, zoom: null, at: null,
  frames: [],          // what is drawn: { node, depth, left, width, element }
  isBusy: false, problem: '', state: '',
};

const flameMoments = () => flame.moments.get(flame.key) ?? [];

// What a profile says, with each name as the page writes it.
function momentOfProfile(profile) {
  const column = Object.fromEntries((profile.sampleTypes ?? []).map(({ type }, i) => [type, i]));
  const names = (profile.names ?? []).map(([name, module, file]) => ({ name: text(name), module: text(module), file: text(file), key: `${name}\0${module}` }));
  const threads = (profile.threads ?? []).map((name) => name ? text(name) : 'no name');
  const heaps = (profile.heaps ?? []).map((name) => name ? text(name) : PROCESS_HEAP);
  const pick = (values, type) => number(values[column[type]]) ?? 0;
  const stacks = (profile.stacks ?? []).map(([thread, heap, frames, ...values]) => ({
    thread: threads[thread] ?? 'no name', heap: heaps[heap] ?? PROCESS_HEAP, frames: frames.map((frame) => names[frame]).filter(Boolean),
    use: { bytes: pick(values, 'inuse_space'), blocks: pick(values, 'inuse_objects') },
    allocated: { bytes: pick(values, 'alloc_space'), blocks: pick(values, 'alloc_objects') },
  }));
  return { time: profile.time, interval: profile.interval, stacks, threads: [...new Set(stacks.map((stack) => stack.thread))].sort(),
           heaps: [...new Set(stacks.map((stack) => stack.heap))].sort(),
           comments: (profile.comments ?? []).map(text), complaints: (profile.complaints ?? []).map(text) };
}

// The tree of the stacks: { name, module, file, now, was, width, self, parent, children }; now − was is what is told.
function flameTree() {
  const moments = flameMoments(), moment = moments[flame.shown], base = flame.base < 0 ? null : moments[flame.base];
  const root = { name: 'all', module: '', file: '', key: '', now: 0, was: 0, width: 0, selfNow: 0, selfWas: 0, parent: null, children: new Map() };
  const leaves = new Map();
  const add = (stacks, side) => {
    for (const stack of stacks) {
      if (flame.thread && stack.thread !== flame.thread || flame.heap && stack.heap !== flame.heap) continue;
      const value = stack[flame.mode === 'allocated' ? 'allocated' : 'use'][flame.unit];
      if (!value) continue;
      let node = root;
      node[side] += value;
      for (const frame of stack.frames) {
        let child = node.children.get(frame.key);
        if (!child) node.children.set(frame.key, child = { ...frame, now: 0, was: 0, width: 0, selfNow: 0, selfWas: 0, parent: node, children: new Map() });
        child[side] += value;
        node = child;
      }
      node[side === 'now' ? 'selfNow' : 'selfWas'] += value;
      leaves.set(node, true);
    }
  };
  if (moment) add(moment.stacks, 'now');
  if (base && flame.mode !== 'use') add(base.stacks, 'was');
  for (const leaf of leaves.keys()) {
    const width = flame.mode === 'difference' ? Math.max(leaf.selfNow, leaf.selfWas) : Math.max(0, leaf.selfNow - leaf.selfWas);
    for (let node = leaf; node; node = node.parent) node.width += width;
  }
  return root;
}

const childrenOf = (node) => node.sorted ??= [...node.children.values()].filter((child) => child.width > 0).sort((a, b) => b.width - a.width || (a.name < b.name ? -1 : 1));
const rowsBelow = (node) => 1 + childrenOf(node).reduce((rows, child) => Math.max(rows, rowsBelow(child)), 0);
const changeOf = (node) => node.now - node.was;
const amountOf = (value) => flame.unit === 'bytes' ? bytes(value) : count(value);
const signed = (value) => (flame.mode === 'difference' && value > 0 ? '+' : '') + amountOf(value);
const isFound = (node) => flame.search !== '' && node.name.toLowerCase().includes(flame.search);

function moduleColour(module) {
  let sum = 0;
  for (const letter of module) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return `var(--module-${sum % 8})`;
}
function frameColour(node) {
  if (flame.mode !== 'difference') return moduleColour(node.module);
  const change = changeOf(node), share = Math.abs(change) / Math.max(node.width, 1);
  return change === 0 ? 'var(--module-6)' : `var(--${change > 0 ? 'more' : 'less'}-${share > 0.5 ? 3 : share > 0.1 ? 2 : 1})`;
}

// What is found, each byte once.
function foundBelow(node) {
  if (isFound(node)) return node.width;
  return childrenOf(node).reduce((sum, child) => sum + foundBelow(child), 0);
}

function describeFrame(node) {
  const whole = flame.root.width, parts = [[node.name, true]];
  parts.push([`${signed(changeOf(node))}${flame.mode === 'difference' ? ` (${amountOf(node.was)} before, ${amountOf(node.now)} now)` : `, ${percent(node.width, whole)}`}`]);
  const self = node.selfNow - node.selfWas;
  if (node.parent) parts.push([self ? `itself ${signed(self)}` : 'itself nothing']);
  if (node.module) parts.push([`in ${node.module}`]);
  if (node.file) parts.push([node.file]);
  return parts;
}

function showDetail(node) {
  const host = element('flame-detail');
  if (!node) return host.replaceChildren('Point at a function, or use the arrow keys. Press it to see it alone; Escape goes back.');
  host.replaceChildren(...describeFrame(node).flatMap(([words, isName], i) => [i ? ' · ' : '', isName ? make('b', { class: 'from-process', text: words }) : words]));
}

// Draws what is in sight of the tree: the ancestors of the node that is alone, and what it calls.
function drawFlame() {
  const host = element('flame'), width = host.clientWidth, box = host.firstElementChild;
  if (!flame.root || !width) return;
  const frames = [], alone = flame.zoom;
  const above = [];
  for (let node = alone.parent; node; node = node.parent) above.unshift(node);
  above.forEach((node, depth) => frames.push({ node, depth, left: 0, width, isAbove: true }));
  let row = [{ node: alone, depth: above.length, left: 0, width }];
  while (row.length && frames.length < FLAME_FRAMES) {
    frames.push(...row);
    row = row.flatMap(({ node, depth, left, width }) => {
      let at = left;
      return childrenOf(node).map((child) => {
        const part = { node: child, depth: depth + 1, left: at, width: width * child.width / node.width };
        at += part.width;
        return part;
      }).filter((part) => part.width >= 1.5);
    });
  }
  flame.frames = frames;
  const anyFound = flame.search !== '';
  box.style.height = `${(frames.at(-1).depth + 1) * FLAME_ROW}px`;
  box.replaceChildren(...frames.map((frame, i) => {
    const { node } = frame, found = isFound(node);
    const kind = found ? 'found' : anyFound ? 'other' : frame.isAbove ? 'above' : '';
    const part = frame.element = make('div', {
      class: `frame ${kind}${frame.width < 12 ? ' thin' : ''}${node === flame.at ? ' at' : ''}`, id: `frame-${i}`, role: 'treeitem', 'aria-level': frame.depth + 1,
      'aria-label': describeFrame(node).map(([words]) => words).join(', '), 'aria-selected': String(node === flame.at),
    });
    if (frame.width >= 34) part.textContent = node.name;
    part.style.left = `${frame.left.toFixed(2)}px`;
    part.style.top = `${frame.depth * FLAME_ROW}px`;
    part.style.width = `${frame.width.toFixed(2)}px`;
    part.style.setProperty('--frame', frameColour(node));
    part.frame = frame;
    return part;
  }));
  markFrame();
}

function markFrame() {
  const host = element('flame');
  for (const { node, element: part } of flame.frames) {
    const isAt = node === flame.at;
    part.classList.toggle('at', isAt);
    part.setAttribute('aria-selected', String(isAt));
    if (isAt) setAll(host, { 'aria-activedescendant': part.id });
  }
}

function goToFrame(node) {
  if (!node) return;
  flame.at = node;
  markFrame();
  showDetail(node);
  flame.frames.find((frame) => frame.node === node)?.element.scrollIntoView({ block: 'nearest' });
}

function zoomTo(node) {
  if (!node || !flame.root) return;
  flame.zoom = node;
  flame.at = node;
  setHidden(element('flame-out'), node === flame.root);
  drawFlame();
  showDetail(node === flame.root ? null : node);
  element('flame').scrollTop = 0;
  announce(node === flame.root ? 'All functions.' : `${node.name} alone.`);
}

function flameKey(event) {
  const at = flame.at ?? flame.zoom, drawn = new Set(flame.frames.map((frame) => frame.node));
  if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
  const siblings = at.parent ? childrenOf(at.parent).filter((node) => drawn.has(node)) : [at], place = siblings.indexOf(at);
  const to = { ArrowDown: () => childrenOf(at).find((node) => drawn.has(node)), ArrowUp: () => at.parent, ArrowLeft: () => siblings[place - 1],
               ArrowRight: () => siblings[place + 1], Home: () => flame.root }[event.key];
  if (to) goToFrame(to());
  else if (event.key === 'Enter' || event.key === ' ') zoomTo(at === flame.zoom && at.parent ? at.parent : at);
  else if (event.key === 'Escape' || event.key === 'Backspace') zoomTo(flame.zoom.parent ?? flame.root);
  else if (event.key === '/') element('flame-search').focus();
  else return;
  event.preventDefault();
}

const flameTable = new Table(element('flame-table'), 'Functions by what they hold', [
  { id: 'name', name: 'Function', width: 210, isLeft: true, isProcess: true, value: (r) => r.name, text: (r) => r.name, open: (r) => searchFlame(flame.search === r.name.toLowerCase() ? '' : r.name) },
  { id: 'self', name: 'Itself', width: 112, value: (r) => r.self, text: (r) => signed(r.self), bar: (r) => Math.abs(r.self) / flameTable.most, title: 'What the function itself allocated' },
  { id: 'selfShare', name: 'Itself %', width: 92, value: (r) => r.self, text: (r) => percent(r.self, flameTable.whole) },
  { id: 'total', name: 'With callees', width: 124, value: (r) => r.total, text: (r) => signed(r.total), title: 'What it allocated, and all that it called' },
  { id: 'totalShare', name: 'With callees %', width: 140, value: (r) => r.total, text: (r) => percent(r.total, flameTable.whole) },
  { id: 'module', name: 'Module', width: 170, isLeft: true, isProcess: true, value: (r) => r.module, text: (r) => r.module },
], { sort: 'self', keyOfRow: (r) => r.key, empty: 'Nothing.' });
flameTable.most = flameTable.whole = 1;

// Each function once, whatever called it; within its own callees it counts no second time.
function flameRows() {
  const rows = new Map();
  const visit = (node, above) => {
    let row = rows.get(node.key);
    if (!row) rows.set(node.key, row = { key: node.key, name: node.name, module: node.module, self: 0, total: 0 });
    row.self += node.selfNow - node.selfWas;
    if (!above.has(node.key)) row.total += changeOf(node);
    const within = new Set(above).add(node.key);
    for (const child of node.children.values()) visit(child, within);
  };
  for (const child of flame.root.children.values()) visit(child, new Set());
  return [...rows.values()];
}

function searchFlame(words) {
  element('flame-search').value = words;
  flame.search = words.trim().toLowerCase();
  showFlame(false);
}

// Fills a list of choices, and keeps what is chosen.
function fillChoices(host, choices, chosen) {
  const wanted = choices.map(([value, words]) => `${value}\0${words}`).join('\0\0');
  if (host.filled !== wanted) host.replaceChildren(...choices.map(([value, words]) => make('option', { value, text: words })));
  host.filled = wanted;
  host.value = String(chosen);
}

// Everything of the card that depends on the moments; isNew: the tree is another one.
function showFlame(isNew = true) {
  const moments = flameMoments(), words = element('flame-empty');
  flame.shown = Math.min(flame.shown, moments.length - 1);
  if (flame.shown < 0) flame.shown = moments.length - 1;
  if (flame.base >= flame.shown) flame.base = -1;
  if (flame.mode === 'difference' && flame.base < 0 && flame.shown > 0) flame.base = flame.shown - 1;
  const times = moments.map((moment, i) => [i, clock.format(moment.time)]);
  fillChoices(element('flame-moment'), times, flame.shown);
  fillChoices(element('flame-base'), [...flame.mode === 'allocated' ? [[-1, 'sampling began']] : [], ...times.slice(0, Math.max(0, flame.shown))], flame.base);
  setHidden(element('flame-base-label'), flame.mode === 'use' || (flame.mode === 'difference' && !flame.shown));
  const threads = [...new Set(moments.flatMap((moment) => moment.threads))].sort();
  if (!threads.includes(flame.thread)) flame.thread = '';
  fillChoices(element('flame-thread'), [['', 'All threads'], ...threads.map((name) => [name, name])], flame.thread);
  const heaps = [...new Set(moments.flatMap((moment) => moment.heaps))].sort();
  if (!heaps.includes(flame.heap)) flame.heap = '';
  fillChoices(element('flame-heap'), [['', 'All heaps'], ...heaps.map((name) => [name, name])], flame.heap);
  setHidden(element('flame-heap-label'), heaps.every((name) => name === PROCESS_HEAP));
  const lacksBase = flame.mode === 'difference' && flame.base < 0;
  if (isNew || !flame.root) {
    const path = [];
    for (let node = flame.zoom; node?.parent; node = node.parent) path.unshift(node.key);
    flame.root = flameTree();
    // What was alone stays so, if it is there again.
    flame.zoom = path.reduce((node, key) => node?.children.get(key) ?? null, flame.root);
    if (!flame.zoom?.width) flame.zoom = flame.root;
    flame.at = flame.zoom;
    element('flame').style.height = `${FLAME_ROW * Math.min(20, Math.max(7, rowsBelow(flame.root)))}px`;
  }
  const isEmpty = !flame.root.width || lacksBase;
  setHidden(words, !isEmpty);
  setHidden(element('flame').firstElementChild, isEmpty);
  setText(words, flame.isBusy && !moments.length ? 'Taking a profile: the process writes it at one of its next calls.' : !moments.length ? flame.problem || 'No profile was taken yet.'
    : lacksBase ? 'Take another profile to compare this one with.' : 'No sampled block here: with a sample for each ' + bytes(moments[flame.shown].interval) + ' there may be none of so few bytes.');
  setHidden(element('flame-out'), flame.zoom === flame.root);
  const rows = isEmpty ? [] : flameRows(), found = flame.search ? rows.filter(isFound) : rows;
  flameTable.most = most(rows.map((row) => Math.abs(row.self)));
  flameTable.whole = flame.mode === 'difference' ? Math.max(flame.root.was, 1) : flame.root.width;
  flameTable.empty = flame.search ? 'No function has these letters.' : 'Nothing to list.';
  flameTable.update(found);
  if (!isEmpty) drawFlame();
  showDetail(flame.zoom === flame.root ? null : flame.zoom);
  showSum(moments, isEmpty);
}

function showSum(moments, isEmpty) {
  const parts = [];
  if (!isEmpty) {
    const names = { use: 'in use', allocated: 'allocated', difference: 'change' };
    parts.push(make('span', {}, make('b', { text: signed(changeOf(flame.root)) }), ` ${names[flame.mode]}, estimated from samples`));
    if (flame.mode === 'difference') parts.push(make('span', { text: 'red has grown, blue has shrunk' }));
    if (flame.search) {
      const found = foundBelow(flame.root);
      parts.push(make('span', {}, 'found: ', make('b', { text: amountOf(found) }), `, ${percent(found, flame.root.width)}`));
    }
  }
  if (flame.problem && moments.length) parts.push(make('span', { text: flame.problem }));
  const complaints = moments[flame.shown]?.complaints ?? [];
  if (complaints.length) parts.push(make('span', { text: `${complaints[0]}${complaints.length > 1 ? ` (and ${complaints.length - 1} more)` : ''}`, title: complaints.join('\n') }));
  element('flame-sum').replaceChildren(...parts);
}

async function takeProfile() {
  const run = runs.get(flame.key);
  if (!run || flame.isBusy) return;
  const { key } = run;
  flame.isBusy = true;
  setAll(element('flame-take'), { 'aria-busy': 'true' });
  element('flame-take').disabled = true;
  if (!flameMoments().length) showFlame();
  let problem = '';
  try {
    const answer = await fetch(`profile.json?pid=${encodeURIComponent(run.pid)}`, { cache: 'no-store' });
    if (answer.ok) {
      const list = flame.moments.get(key) ?? [], moment = momentOfProfile(await answer.json());
      if (list.at(-1)?.time !== moment.time) list.push(moment);
      if (list.length > FLAME_MOMENTS) {
        list.splice(1, 1);
        if (flame.base > 1 && flame.key === key) flame.base -= 1;
      }
      flame.moments.set(key, list);
      if (flame.key === key) flame.shown = list.length - 1;
    } else problem = text((await answer.text()).trim());
  } catch { problem = 'The server did not answer.'; }
  flame.isBusy = false;
  setAll(element('flame-take'), { 'aria-busy': 'false' });
  element('flame-take').disabled = false;
  if (flame.key !== key) return;
  flame.problem = problem;
  showFlame();
  announce(problem || `Profile of ${clock.format(flameMoments().at(-1).time)}.`);
}

async function switchSampling(isOn) {
  const run = runs.get(flame.key);
  if (!run) return;
  try {
    const answer = await fetch(`profile/${isOn ? 'start' : 'stop'}?pid=${encodeURIComponent(run.pid)}`, { method: 'POST', headers: { 'X-Swiftmallocctl': 'page' } });
    setText(element('flame-refused'), answer.ok ? '' : text((await answer.text()).trim()));
  } catch { setText(element('flame-refused'), 'The server did not answer.'); }
}

function isInSight(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return top < innerHeight && bottom > 0;
}

// Called with each sample: whether the process takes samples, and whether a first profile is to be taken.
function renderFlame({ run, process }) {
  const interval = number(run.process.profileInterval), has = flame.moments.has(run.key);
  setHidden(element('flame-card'), interval === null && !has);
  const isOn = interval > 0 && isRunning(run.process), state = `${run.key} ${isOn} ${interval}`;
  if (flame.key !== run.key) {
    Object.assign(flame, { key: run.key, shown: -1, base: -1, root: null, zoom: null, at: null, thread: '', heap: '', problem: '' });
    setText(element('flame-refused'), '');
    if (has) showFlame();
  }
  if (flame.state !== state) {
    flame.state = state;
    setHidden(element('flame-off'), isOn || has);
    setHidden(element('flame-on'), !isOn && !has);
    setHidden(element('flame-take'), !isOn);
    setHidden(element('flame-stop'), !isOn);
    setText(element('flame-interval'), isOn ? `a sample for each ${bytes(interval)}` : 'no samples are taken now');
    setText(element('flame-command'), `swiftmallocctl profile ${run.pid} --start`);
    setAll(element('flame-file'), { href: `debug/pprof/heap?pid=${encodeURIComponent(run.pid)}` });
    setHidden(element('flame-file'), !isOn);
    if (!has) showFlame();
  }
  if (isOn && !has && !flame.problem && !flame.isBusy && isInSight(element('flame-card'))) takeProfile();
}

function listenToFlame() {
  const host = element('flame');
  host.addEventListener('pointerover', (event) => { const frame = event.target.closest('.frame')?.frame; if (frame) showDetail(frame.node); });
  host.addEventListener('pointerleave', () => showDetail(flame.at && flame.at !== flame.root ? flame.at : null));
  host.addEventListener('click', (event) => { const frame = event.target.closest('.frame')?.frame; if (frame) zoomTo(frame.node === flame.zoom && frame.node.parent ? frame.node.parent : frame.node); });
  host.addEventListener('keydown', flameKey);
  host.addEventListener('focus', () => { if (flame.at) markFrame(); });
  element('flame-take').addEventListener('click', takeProfile);
  element('flame-out').addEventListener('click', () => { zoomTo(flame.root); host.focus(); });
  element('flame-start').addEventListener('click', () => switchSampling(true));
  element('flame-stop').addEventListener('click', () => switchSampling(false));
  element('flame-search').addEventListener('input', (event) => searchFlame(event.target.value));
  element('flame-mode').addEventListener('change', (event) => { flame.mode = event.target.value; flame.base = -1; showFlame(); });
  element('flame-unit').addEventListener('change', (event) => { flame.unit = event.target.value; showFlame(); });
  element('flame-moment').addEventListener('change', (event) => { flame.shown = Number(event.target.value); showFlame(); });
  element('flame-base').addEventListener('change', (event) => { flame.base = Number(event.target.value); showFlame(); });
  element('flame-thread').addEventListener('change', (event) => { flame.thread = event.target.value; showFlame(); });
  element('flame-heap').addEventListener('change', (event) => { flame.heap = event.target.value; showFlame(); });
  new ResizeObserver(() => { if (flame.root && !host.firstElementChild.hidden) drawFlame(); }).observe(host);
}
