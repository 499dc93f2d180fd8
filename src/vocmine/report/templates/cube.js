// --- Counting: the labels of all messages, and how many of them meet some criteria. --------------
const OF_INSIGHT = ["friction", "stage", "touchpoint", "pyramid", "phase", "tone", "area"];
const CODED = ["period", "channel", "pqrs", "mood", "due", "case"];
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
  const starts = new Uint32Array(messages + 1);
  for (let i = 0; i < messages; i += 1) starts[i + 1] = starts[i] + found.insights[i];
  const { kinds, kindOf } = kindsOf(found, values, insights);
  return { columns: found, values, messages, starts, kinds, kindOf, coded: codedKinds(kinds) };
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

// Each label of the kinds as a column of places in the list of its different codes.
const codedKinds = (kinds) =>
  Object.fromEntries(
    OF_INSIGHT.map((name) => {
      const places = new Map();
      const column = Uint16Array.from(kinds, (kind) => {
        if (!places.has(kind[name])) places.set(kind[name], places.size);
        return places.get(kind[name]);
      });
      return [name, { codes: [...places.keys()], column }];
    }),
  );

// A test of one message of the cube; null when nothing is asked of messages.
const messageTest = (cube, wanted) => {
  const tests = [];
  for (const name of CODED.filter((each) => wanted[each])) {
    const codes = cube.values[name];
    const known = new Uint8Array(codes.length + 1);
    for (const value of wanted[name])
      if (value === "unjudged" || codes.includes(value)) known[codes.indexOf(value) + 1] = 1;
    const column = cube.columns[name];
    tests.push((i) => known[column[i]] === 1);
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
  if (tests.length < 2) return tests[0] || null;
  return (i) => tests.every((test) => test(i));
};

// What is counted inside the filters of the page; remembers what it has counted.
const scopeOf = (cube, inside) => {
  const { kinds, kindOf, starts } = cube;
  const within = Uint8Array.from(kinds, (kind) => (areaAndStage(kind, inside) ? 1 : 0));
  const chosen = chosenOf(cube, inside, within);
  const heldKinds = new Uint32Array(kinds.length);
  for (const i of chosen) for (let at = starts[i]; at < starts[i + 1]; at += 1) heldKinds[kindOf[at]] += 1;

  // Asked of thousands of kinds for each figure: a table of the codes that are wanted, looked up.
  const fitting = (wanted) => {
    const fits = Uint8Array.from(within);
    const asked = OF_INSIGHT.filter((name) => wanted[name]).map((name) => [name, wanted[name]]);
    if (wanted.friction && !wanted.tone) asked.push(["tone", ["negative"]]);
    for (const [name, values] of asked) {
      const { codes, column } = cube.coded[name];
      const known = Uint8Array.from(codes, (code) => (values.includes(code) ? 1 : 0));
      for (let place = 0; place < fits.length; place += 1) fits[place] &= known[column[place]];
    }
    return fits;
  };

  const messages = remembering((query) => {
    const wanted = parsed(query);
    const test = messageTest(cube, wanted);
    if (!asksInsights(wanted)) return test ? chosen.filter(test).length : chosen.length;
    const fits = fitting(wanted);
    let found = 0;
    for (const i of chosen) {
      if (test && !test(i)) continue;
      let at = starts[i];
      const end = starts[i + 1];
      while (at < end && !fits[kindOf[at]]) at += 1;
      if (at < end) found += 1;
    }
    return found;
  });

  const insights = remembering((query) => {
    const wanted = parsed(query);
    const test = messageTest(cube, wanted);
    const fits = fitting(wanted);
    let held = heldKinds;
    if (test) {
      held = new Uint32Array(kinds.length);
      for (const i of chosen.filter(test))
        for (let at = starts[i]; at < starts[i + 1]; at += 1) held[kindOf[at]] += 1;
    }
    const sum = { all: 0, polarity: 0, positive: 0, negative: 0 };
    kinds.forEach(({ polarity, tone }, place) => {
      if (!fits[place]) return;
      sum.all += held[place];
      if (tone) sum.polarity += polarity * held[place];
      if (tone === "positive") sum.positive += held[place];
      if (tone === "negative") sum.negative += held[place];
    });
    return sum;
  });

  return { messages, insights };
};

const areaAndStage = (kind, { stage, area }) =>
  (!stage || stage.includes(kind.stage)) && (!area || area.includes(kind.area));

// Places of the messages that pass the filters; with a stage or an area, those that speak of it.
const chosenOf = ({ kindOf, starts, messages, ...cube }, inside, within) => {
  const test = messageTest(cube, inside);
  const inner = inside.stage || inside.area;
  const chosen = [];
  for (let i = 0; i < messages; i += 1) {
    if (test && !test(i)) continue;
    let at = starts[i];
    while (inner && at < starts[i + 1] && !within[kindOf[at]]) at += 1;
    if (!inner || at < starts[i + 1]) chosen.push(i);
  }
  return Uint32Array.from(chosen);
};

const remembering = (count) => {
  const known = new Map();
  return (query) => {
    if (!known.has(query)) known.set(query, count(query));
    return known.get(query);
  };
};
