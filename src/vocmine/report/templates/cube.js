// --- Counting: the labels of all messages, and how many of them meet some criteria. --------------
const OF_INSIGHT = ["friction", "stage", "touchpoint", "pyramid", "phase", "tone", "area"];
const CODED = ["period", "channel", "pqrs", "mood", "due"];
const BITS = ["flag", "emotion", "topic"];

// One insight must meet every criterion: an obstacle at a stage, not one here and the other there.
// An obstacle by itself is looked for among what is negative.
const insightFits = (insight, wanted) =>
  OF_INSIGHT.every((name) => !wanted[name] || wanted[name].includes(insight[name])) &&
  (!wanted.friction || Boolean(wanted.tone) || insight.tone === "negative");

const asksInsights = (wanted) => OF_INSIGHT.some((name) => wanted[name]);

const parsed = (query) => {
  const wanted = {};
  for (const [name, value] of new URLSearchParams(query)) (wanted[name] ||= []).push(value);
  return wanted;
};

const openCube = async () => {
  const { columns, messages, insights, values, data } = page.cube;
  const zipped = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const found = {};
  let at = 0;
  for (const [name, level, size] of columns) {
    const length = level ? insights : messages;
    const low = bytes.subarray(at, at + length);
    const high = bytes.subarray(at + length, at + 2 * length);
    found[name] = size === 1 ? low : Uint16Array.from(low, (value, i) => value | (high[i] << 8));
    at += length * size;
  }
  const { kinds, kindOf } = kindsOf(found, values, insights);
  return { columns: found, values, messages, kinds, kindOf };
};

// Few different insights stand for all of them, so criteria are looked at once for each kind.
const kindsOf = (found, values, insights) => {
  const names = ["friction", "phase", "stage", "touchpoint", "pyramid"];
  const kinds = [];
  const places = new Map();
  const kindOf = new Uint32Array(insights);
  for (let i = 0; i < insights; i += 1) {
    let key = found.polarity[i];
    for (const name of names) key = key * 32 + found[name][i];
    let place = places.get(key);
    if (place === undefined) {
      place = kinds.length;
      places.set(key, place);
      const kind = { polarity: found.polarity[i] - 3 };
      for (const name of names) kind[name] = values[name][found[name][i] - 1];
      const judged = found.polarity[i] > 0;
      kind.tone = judged ? ["negative", "neutral", "positive"][Math.sign(kind.polarity) + 1] : "";
      if (kind.tone === "negative") kind.area = page.areas[`${kind.friction}/${kind.touchpoint}`];
      kinds.push(kind);
    }
    kindOf[i] = place;
  }
  return { kinds, kindOf };
};

// A test of one message of the cube; null when nothing is asked of messages.
const messageTest = (cube, wanted) => {
  const tests = [];
  for (const name of CODED.filter((each) => wanted[each])) {
    const codes = cube.values[name];
    const chosen = new Set(
      wanted[name].map((value) => (value === "unjudged" ? 0 : codes.indexOf(value) + 1 || -1)),
    );
    const column = cube.columns[name];
    tests.push((i) => chosen.has(column[i]));
  }
  for (const name of BITS.filter((each) => wanted[each])) {
    const mask = wanted[name].reduce((bits, value) => bits | (1 << cube.values[name].indexOf(value)), 0);
    const column = cube.columns[name];
    tests.push((i) => (column[i] & mask) !== 0);
  }
  const [since] = wanted.since || [];
  const [until] = wanted.until || [];
  if (since || until) {
    const periods = cube.values.period;
    const first = since ? periods.indexOf(since) + 1 : 1;
    const last = until ? periods.indexOf(until) + 1 : periods.length;
    const column = cube.columns.period;
    tests.push((i) => column[i] >= first && column[i] <= last);
  }
  return tests.length ? (i) => tests.every((test) => test(i)) : null;
};

/** What is counted inside the filters of the page; remembers what it has counted. */
const scopeOf = (cube, inside) => {
  const { kinds, kindOf, messages, columns } = cube;
  const inner = asksInsights(inside);
  const within = kinds.map((kind) => insightFits(kind, { ...inside, tone: inside.tone || [kind.tone] }));
  const test = messageTest(cube, inside);
  const passes = new Uint8Array(messages);
  for (let i = 0, at = 0; i < messages; i += 1) {
    const end = at + columns.insights[i];
    let held = !inner;
    for (; at < end && !held; at += 1) held = within[kindOf[at]];
    passes[i] = held && (!test || test(i)) ? 1 : 0;
    at = end;
  }
  const known = new Map();

  const tally = (query) => {
    if (known.has(query)) return known.get(query);
    const wanted = parsed(query);
    const fits = kinds.map((kind, place) => within[place] && insightFits(kind, wanted));
    const asked = asksInsights(wanted);
    const own = messageTest(cube, wanted);
    const sum = { messages: 0, insights: 0, polarity: 0, positive: 0, negative: 0 };
    for (let i = 0, at = 0; i < messages; i += 1) {
      const end = at + columns.insights[i];
      if (passes[i] && (!own || own(i))) {
        let held = !asked;
        for (; at < end; at += 1) {
          if (!fits[kindOf[at]]) continue;
          held = true;
          const { polarity } = kinds[kindOf[at]];
          sum.insights += 1;
          if (polarity > -3) sum.polarity += polarity;
          if (polarity > 0) sum.positive += 1;
          if (polarity < 0 && polarity > -3) sum.negative += 1;
        }
        if (held) sum.messages += 1;
      }
      at = end;
    }
    known.set(query, sum);
    return sum;
  };

  return { tally };
};
