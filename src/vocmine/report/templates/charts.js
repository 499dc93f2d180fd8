// --- Charts --------------------------------------------------------------------------------------
const NARROW = 560;
const PRINT_WIDTH = 660;
const SHEET = 880; // Pixels of a chart that still fits on A4 below a heading.
const drawn = [];

// Tooltips are text nodes, so that a customer's words can never become markup.
const tip = (point) => {
  const node = element("span", "tip", point.data && point.data.tip);
  return node.textContent ? node : "";
};

// Colours of the options are those of a light page; on a dark one greys change places, and what is
// coloured becomes light enough to be told from the ground.
const shade = (hex) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)];
  const light = (high + low) / 2;
  const spread = high - low;
  const depth = spread ? spread / (1 - Math.abs(2 * light - 1)) : 0;
  const turn = { [r]: (g - b) / spread, [g]: (b - r) / spread + 2, [b]: (r - g) / spread + 4 }[high];
  const hue = spread ? 60 * turn : 0;
  const grey = depth < 0.33;
  const to = grey ? 0.13 + 0.8 * (1 - light) : Math.max(light, 0.56);
  return `hsl(${Math.round(hue)}, ${Math.round(100 * depth * (grey ? 1 : 0.85))}%, ${Math.round(100 * to)}%)`;
};

const darkened = (option) => {
  if (Array.isArray(option)) return option.map(darkened);
  if (option && typeof option === "object")
    return Object.fromEntries(Object.entries(option).map(([key, value]) => [key, darkened(value)]));
  return typeof option === "string" && /^#[0-9a-f]{6}$/i.test(option) ? shade(option) : option;
};

// Numbers of an axis as the reader writes them.
const spellAxes = (option) => {
  for (const axis of [option.xAxis, option.yAxis].flat()) {
    if (!axis || axis.type !== "value" || !axis.axisLabel) continue;
    axis.axisLabel.formatter = (value) => number(value, (String(value).split(".")[1] || "").length);
  }
};

const recountChart = (entry, scope) => {
  const { finds } = entry.chart;
  const counts = finds.map((series) => series.map((find) => scope.messages(find)));
  for (const kind of ["wide", "narrow"]) {
    entry.options[kind].series.forEach((series, at) => {
      series.data.forEach((item, i) => {
        item.value = counts[at][i];
        const whole = counts.reduce((sum, values) => sum + values[i], 0);
        if (item.told) item.tip = `${item.told}${number(item.value)} (${percent(item.value, whole)})`;
      });
    });
  }
};

const draw = (entry, { dark, paper }) => {
  const { node, chart } = entry;
  // What is higher than a sheet becomes smaller as a whole; the box is then wider in its own pixels.
  node.style.zoom = paper && chart.height > SHEET ? SHEET / chart.height : "";
  const width = node.clientWidth || (entry.kind ? 0 : PRINT_WIDTH);
  if (!width) return;
  const kind = width < NARROW ? "narrow" : "wide";
  const height = kind === "narrow" ? chart.narrow_height : chart.height;
  node.style.height = `${height}px`;
  entry.instance.resize({ width, height });
  if (entry.kind !== `${kind}${dark}`) {
    entry.kind = `${kind}${dark}`;
    const option = structuredClone(entry.options[kind]);
    const shown = dark ? darkened(option) : option;
    shown.tooltip.formatter = tip;
    spellAxes(shown);
    if (dark) Object.assign(shown.tooltip, { backgroundColor: "#232b33", borderColor: "#3a444e", textStyle: { color: "#e8ecef" } });
    entry.instance.setOption(shown, true);
  }
  // Printing does not wait for the next frame.
  entry.instance.getZr().flush();
};

const openCharts = (look) => {
  for (const node of all("[data-chart]")) {
    const chart = page.charts[node.dataset.chart];
    const width = node.clientWidth || PRINT_WIDTH;
    const instance = echarts.init(node, null, { renderer: "svg", width, height: chart.height });
    const entry = { node, chart, options: chart, instance, kind: "", aria: node.getAttribute("aria-label") };
    instance.on("click", (point) => {
      if (point.data && point.data.filter) look(point.data.filter);
    });
    drawn.push(entry);
  }
};

const fitCharts = (how) => {
  for (const entry of drawn) draw(entry, how);
};

// Without a scope, the charts of all messages.
const recountCharts = (scope) => {
  for (const entry of drawn) {
    if (entry.chart.finds) {
      entry.options = scope ? structuredClone({ wide: entry.chart.wide, narrow: entry.chart.narrow }) : entry.chart;
      if (scope) recountChart(entry, scope);
      entry.kind = "";
    }
    entry.node.setAttribute("aria-label", scope ? `${entry.aria} ${page.words.of_all}` : entry.aria);
  }
};
