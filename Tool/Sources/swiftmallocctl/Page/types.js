// ------------------------------------------------------------------ Types: what is in the heap
//
// api/types is a look at the heap from outside, for which the process stands still for milliseconds. It is asked again and again
// while this card is open, in sight and not paused; never otherwise. The first look of a card that was opened is what growth
// is counted from:
//
//   row  =  { key, name, type, kind, count, bytes, grownCount, grownBytes }      look  =  { time, rows by key, isWhole }
//
// Who holds an object, what types retain, and retain cycles are asked on a click alone: that takes seconds for a large heap.

const TYPE_LINES = ['allocations', 'frees', 'freeSpans', 'centralLists', 'purgeable', 'hugePages'], TYPE_LOOKS = 240, TYPE_ROWS = 50;
const types = {
  key: null,           // of the run that is shown
  isOpen: false, isBusy: false, problem: '',
  every: 5,            // seconds between looks; more where a look takes long
  askedAt: -Infinity, tookSeconds: 0,
  since: null,         // the time of the first look; null: there was none
  now: null,           // the newest answer
  rows: [], looks: [],
  unit: 'bytes', filter: '', lines: [],
  asking: 0,           // the number of the newest question about objects
};

// A table that shows so many rows at a time.
class PagedTable extends Table {
  arrange(isHeld) {
    this.order = this.sorted ?? [];
    super.arrange(isHeld);
    this.sorted = this.order;
    this.page = Math.max(0, Math.min(this.page ?? 0, Math.ceil(this.sorted.length / TYPE_ROWS) - 1));
    this.order = this.sorted.slice(this.page * TYPE_ROWS, (this.page + 1) * TYPE_ROWS);
    this.paged?.(this.page * TYPE_ROWS, this.order.length, this.sorted.length);
  }

  sortBy(column) {
    this.page = 0;
    super.sortBy(column);
  }

  turn(pages) {
    this.page += pages;
    this.arrange(true);
    this.scroll.scrollTop = 0;
    this.drawRows();
  }
}

const grown = (value, words) => isNumber(value) ? (value > 0 ? '+' : '') + words(value) : UNKNOWN;

const typeTable = new PagedTable(element('types-table'), 'Types', [
  { id: 'type', name: 'Type', width: 260, isLeft: true, isProcess: true, value: (r) => r.name, text: (r) => r.name, open: (r) => askWhy(r),
    title: 'Press a type to see who holds its objects' },
  { id: 'kind', name: 'Kind', width: 130, isLeft: true, value: (r) => r.kind, text: (r) => r.kind },
  { id: 'count', name: 'Count', width: 116, value: (r) => r.count, text: (r) => count(r.count, 1e9) },
  { id: 'bytes', name: 'Bytes', width: 112, value: (r) => r.bytes, text: (r) => bytes(r.bytes), bar: (r) => r.bytes / typeTable.most },
  { id: 'share', name: 'Share', width: 84, value: (r) => r.bytes, text: (r) => percent(r.bytes, types.now?.bytes) },
  { id: 'mean', name: 'Mean', width: 92, value: (r) => r.bytes / r.count, text: (r) => bytes(r.bytes / r.count) },
  { id: 'grownCount', name: 'Count grew', width: 120, value: (r) => r.grownCount, text: (r) => grown(r.grownCount, count), title: 'Since this view was opened' },
  { id: 'grownBytes', name: 'Bytes grew', width: 120, value: (r) => r.grownBytes, text: (r) => grown(r.grownBytes, bytes), title: 'Since this view was opened' },
], { sort: 'bytes', keyOfRow: (r) => r.key, empty: 'No look was taken yet.' });
typeTable.most = 1;
typeTable.paged = (from, shown, all) => {
  setText(element('types-page'), all ? `${from + 1}–${from + shown} of ${count(all)}` : '');
  setHidden(element('types-page').parentElement, all <= TYPE_ROWS);
  element('types-before').disabled = from === 0;
  element('types-behind').disabled = from + shown >= all;
};

const typeChart = new TimeChart(element('types-chart'), 'Chart: types that grew, over time', {
  layers: [], lines: [], format: bytesShort, stepOf: byteStep,
  summary() { return types.lines.map(({ name }, k) => `${name} ${typeAmount(this.points.at(-1).lines[k])} at the end.`).join(' '); },
  describe(i) {
    const { time, lines } = this.points[i];
    return [[clock.format(time)], ...types.lines.map(({ name }, k) => [name.length > 40 ? `${name.slice(0, 40)}…` : name, typeAmount(lines[k]), TYPE_LINES[k], 'line'])];
  },
});

const typeAmount = (value) => types.unit === 'bytes' ? bytes(value) : count(value);

function rowOfType({ type, language, kind, count, bytes, grownCount, grownBytes }) {
  return { key: `${type}\0${language}\0${kind}`, type: String(type), name: text(type), kind: text(`${language} ${kind}`.trim()), count: number(count) ?? 0,
           bytes: number(bytes) ?? 0, grownCount: number(grownCount), grownBytes: number(grownBytes) };
}

function forgetTypes() {
  Object.assign(types, { since: null, now: null, rows: [], looks: [], lines: [], problem: '', askedAt: -Infinity, asking: types.asking + 1 });
  setHidden(element('types-answer'), true);
  typeTable.page = 0;
}

// The answer's JSON, or the sentence that says why there is none.
async function askHeap(path, run) {
  try {
    const answer = await fetch(`api/${path}${path.includes('?') ? '&' : '?'}pid=${encodeURIComponent(run.pid)}`, { cache: 'no-store' });
    return answer.ok ? { json: await answer.json() } : { problem: text((await answer.text()).trim()) };
  } catch { return { problem: 'The server did not answer.' }; }
}

async function lookAtTypes() {
  const run = runs.get(types.key);
  if (!run || types.isBusy) return;
  const { key } = run, began = performance.now();
  Object.assign(types, { isBusy: true, askedAt: began });
  const { json, problem } = await askHeap(types.since === null ? 'types' : `types?since=${types.since}`, run);
  Object.assign(types, { isBusy: false, tookSeconds: (performance.now() - began) / 1000 });
  if (types.key !== key || !types.isOpen) return;
  types.problem = problem ?? '';
  if (json && isNumber(json.time)) {
    // Of a server that knows the first look no more, this one is the first.
    if (json.since === null) Object.assign(types, { since: json.time, looks: [] });
    types.now = json;
    types.rows = (json.types ?? []).map(rowOfType);
    types.looks.push({ time: json.time, rows: new Map(types.rows.map((row) => [row.key, [row.count, row.bytes]])), isWhole: json.typesLeftOut === 0 });
    if (types.looks.length > TYPE_LOOKS) types.looks = thinned(types.looks);
  }
  showTypes();
}

// Lines for those that grew most since the first look.
function showTypeChart() {
  const name = types.unit === 'bytes' ? 'grownBytes' : 'grownCount', place = types.unit === 'bytes' ? 1 : 0;
  types.lines = types.rows.filter((row) => row[name] > 0).sort((a, b) => b[name] - a[name]).slice(0, TYPE_LINES.length);
  setHidden(element('types-chart').parentElement, !types.lines.length || types.looks.length < 2);
  if (!types.lines.length || types.looks.length < 2) return;
  Object.assign(typeChart, { lines: types.lines.map((row, k) => [TYPE_LINES[k], row.name, 2]), format: types.unit === 'bytes' ? bytesShort : rateShort,
                             stepOf: types.unit === 'bytes' ? byteStep : countStep });
  fillLegend(element('types-legend'), types.lines.map((row, k) => [TYPE_LINES[k], row.name.length > 40 ? `${row.name.slice(0, 40)}…` : row.name, 'line']));
  const points = types.looks.map(({ time, rows, isWhole }) => ({
    time, base: 0, layers: [], lines: types.lines.map((row) => rows.get(row.key)?.[place] ?? (isWhole ? 0 : null)) }));
  typeChart.update(types.key, points, points[0].time, points.at(-1).time, null, performance.now());
}

function showTypes() {
  const wanted = types.filter.trim().toLowerCase(), { now, problem } = types;
  const rows = wanted ? types.rows.filter((row) => row.name.toLowerCase().includes(wanted) || row.kind.toLowerCase().includes(wanted)) : types.rows;
  typeTable.most = most(types.rows.map((row) => row.bytes));
  typeTable.empty = problem || (!now ? 'Looking.' : wanted ? 'No type has these letters.' : 'Nothing is allocated.');
  typeTable.update(rows);
  showTypeChart();
  const words = [];
  if (now) {
    words.push(make('b', { text: `${count(now.count)} blocks, ${bytes(now.bytes)}` }), ` at ${clock.format(now.time)}. `,
               isNumber(now.stopMilliseconds) ? `The process stood still for ${now.stopMilliseconds.toFixed(1)} ms for this look. `
                 : 'The process could not be held (a debugger may hold it), so it was read while it ran: numbers may be a little off. ');
    if (now.typesLeftOut > 0) words.push(`${count(now.typesLeftOut)} types with fewer bytes are not listed. `);
  }
  words.push(`A look is taken every ${Math.ceil(typeWait())} s while this is open and in sight.`);
  if (problem && now) words.push(' ', make('b', { text: problem }));
  element('types-sum').replaceChildren(...words);
}

// A look that takes long is taken more seldom: nine tenths of the time nobody looks, or for a minute.
const typeWait = () => Math.max(types.every, Math.min(60, 10 * types.tookSeconds));

function openTypes(isOpen) {
  types.isOpen = isOpen;
  if (!isOpen) forgetTypes();
  setHidden(element('types-on'), !isOpen);
  setHidden(element('types-off'), isOpen);
  setAll(element('types-open'), { 'aria-expanded': String(isOpen), class: isOpen ? '' : 'main' });
  setText(element('types-open'), isOpen ? 'Hide types' : 'Show types');
  if (isOpen) { showTypes(); lookAtTypes(); }
}

// ------------------------------------------------------------------ Who holds objects, what types retain, cycles

async function askAboutObjects(title, path, show) {
  const run = runs.get(types.key), asked = types.asking += 1, host = element('types-answer');
  if (!run) return;
  host.replaceChildren(make('h4', { class: 'from-process', text: title }), make('p', { text: 'Looking at all blocks and pointers…' }));
  setAll(host, { 'aria-busy': 'true' });
  setHidden(host, false);
  host.scrollIntoView({ block: 'nearest' });
  const { json, problem } = await askHeap(path, run);
  if (types.asking !== asked) return;
  setAll(host, { 'aria-busy': 'false' });
  const close = make('button', { type: 'button', text: 'Close' });
  close.addEventListener('click', () => setHidden(host, true));
  host.replaceChildren(make('h4', { class: 'from-process', text: title }), ...problem ? [make('p', { text: problem })] : show(json), close);
  announce(problem ?? `${title}: here is the answer.`);
}

// One step of a way: by which field, to which block.
function stepOfWay({ address, size, type, place }, depth) {
  const step = make('li', { class: 'from-process' }, place ? `${text(place)} → ` : '→ ', text(type), ' ', make('span', { text: `${text(address)}, ${bytes(size)}` }));
  step.style.setProperty('--depth', Math.min(depth, 24));
  return step;
}

const ROOTS = { global: 'variable', stack: 'stack', register: 'register', threadLocal: 'thread-local variable', mapping: 'memory of the program’s own' };
function nameOfRoot({ place, address, thread, name }) {
  const of = thread ? ` of thread ${thread}` : '';
  const where = name ? ` ${place === 'stack' ? 'in ' : ''}${text(name)}` : place === 'register' ? '' : ` at ${text(address)}`;
  return `${ROOTS[place] ?? text(place)}${of}${where}`;
}

function wayToObject({ root, blocks, blocksLeftOut }) {
  const steps = blocks.map((block, i) => stepOfWay(block, i + 1));
  if (blocksLeftOut > 0) steps.splice(blocks.length - (blocks.length >> 1), 0, make('li', {}, make('span', { text: `… ${count(blocksLeftOut)} more blocks …` })));
  return make('ol', {}, make('li', { class: 'root from-process', text: nameOfRoot(root) }), ...steps);
}

function askWhy(row) {
  return askAboutObjects(`Who holds ${row.name}`, `why?type=${encodeURIComponent(row.type)}`, ({ blocks, paths }) => paths.length ? [
    make('p', { text: `The shortest ways from variables, stacks and threads to the nearest of ${count(blocks)}:` }), ...paths.map(wayToObject),
  ] : [make('p', { text: `Nothing leads to ${blocks === 1 ? 'it' : `the ${count(blocks)} objects`}: the program has lost ${blocks === 1 ? 'it' : 'them'}.` })]);
}

function askCycles() {
  return askAboutObjects('Retain cycles that nothing else holds', 'cycles', ({ cycles, groups, groupsLeftOut }) => groups.length ? [
    make('p', { text: `${count(cycles)} of them, those with most bytes first${groupsLeftOut > 0 ? ` (${count(groupsLeftOut)} further kinds are not listed)` : ''}:` }),
    make('ol', {}, ...groups.flatMap((group) => [make('li', { class: 'root from-process', text: `${group.isCertain === false ? 'possible: ' : ''}${text(group.cycle)}` }),
      make('li', {}, make('span', { text: `${count(group.count)} times, with what they keep ${count(group.lostCount)} blocks, ${bytes(group.lostBytes)}; for example ${text(group.blocks[0]?.address)}` }))])),
  ] : [make('p', { text: 'There are none.' })]);
}

function askRetained() {
  return askAboutObjects('What the objects of each type retain', 'graph', (graph) => {
    const host = make('div'), rows = (graph.types ?? []).map(rowOfType).map((row, i) => ({ ...row, retained: graph.types[i].retainedBytes }));
    const table = new Table(host, 'Retained sizes', [
      { id: 'type', name: 'Type', width: 260, isLeft: true, isProcess: true, value: (r) => r.name, text: (r) => r.name, open: (r) => askWhy(r) },
      { id: 'retained', name: 'Retained', width: 116, value: (r) => r.retained, text: (r) => bytes(r.retained), bar: (r) => r.retained / table.most },
      { id: 'share', name: 'Share', width: 84, value: (r) => r.retained, text: (r) => percent(r.retained, graph.reachedBytes) },
      { id: 'own', name: 'Own', width: 100, value: (r) => r.bytes, text: (r) => bytes(r.bytes) },
      { id: 'count', name: 'Count', width: 116, value: (r) => r.count, text: (r) => count(r.count, 1e9) },
    ], { sort: 'retained', keyOfRow: (r) => r.key });
    table.most = most(rows.map((row) => row.retained));
    table.update(rows);
    return [make('p', { text: `What would be free without them. Nothing leads to ${count(graph.count - graph.reachedCount)} blocks, ${bytes(graph.bytes - graph.reachedBytes)}.` }), host];
  });
}

// Called with each sample: whether it is time for a look.
function renderTypes({ run }, isUrgent) {
  if (types.key !== run.key) {
    types.key = run.key;
    forgetTypes();
    if (types.isOpen) showTypes();
  }
  if (types.isOpen && isUrgent) showTypeChart();
  const isThere = isRunning(run.process) && !run.isGone;
  element('types-open').disabled = !isThere && !types.isOpen;
  const isDue = types.isOpen && isThere && view.pausedAt === null && !document.hidden && !stream.isLost
    && performance.now() - types.askedAt >= typeWait() * 1000;
  if (isDue && isInSight(element('types-card'))) lookAtTypes();
}

function listenToTypes() {
  element('types-open').addEventListener('click', () => openTypes(!types.isOpen));
  element('types-cycles').addEventListener('click', askCycles);
  element('types-retained').addEventListener('click', askRetained);
  element('types-before').addEventListener('click', () => typeTable.turn(-1));
  element('types-behind').addEventListener('click', () => typeTable.turn(1));
  element('types-filter').addEventListener('input', (event) => { types.filter = event.target.value; typeTable.page = 0; showTypes(); });
  element('types-every').addEventListener('change', (event) => { types.every = Number(event.target.value); showTypes(); });
  element('types-unit').addEventListener('change', (event) => { types.unit = event.target.value; showTypeChart(); });
  new ResizeObserver(() => { if (types.isOpen) requestAnimationFrame(showTypeChart); }).observe(element('types-chart'));
}
