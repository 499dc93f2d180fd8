// --- Figures: every number that knows what it counts is counted again inside the filters. --------
const written = (node, scope) => {
  const { unit, find, of, decimals = 0 } = node.dataset;
  if (unit === "messages") return [number(scope.messages(find)), scope.messages(find)];
  if (unit === "share") return portion(scope.messages(find), scope.messages(of), Number(decimals));
  const sum = scope.insights(find);
  if (unit === "insights") return [number(sum.all), sum.all];
  if (unit === "insight_share") return portion(sum.all, scope.insights(of).all, Number(decimals));
  if (!sum.all) return ["–", 0, 0];
  if (unit === "intensity") return [number(sum.polarity / sum.all, Number(decimals)), sum.all];
  const net = (sum.positive - sum.negative) / sum.all;
  return [signed(net), net, sum.all];
};

const portion = (part, whole, decimals) => [
  whole ? percent(part, whole, decimals) : "–",
  part,
  whole,
];

const recountFigures = (scope) => {
  for (const node of all("[data-unit]")) {
    const [text, value, base] = written(node, scope);
    const slot = node.querySelector(".seg-n") || node;
    if (slot.textContent !== text) slot.textContent = text;
    Object.assign(node, { value, base });
  }
  all(".bars").forEach(fitBars);
  all("table.heat").forEach(colourCells);
};

const fitBars = (figure) => {
  const bars = [...figure.querySelectorAll(".bar")].map((bar) => ({
    bar,
    parts: [...bar.querySelectorAll(".seg")],
  }));
  const sums = bars.map(({ parts }) => parts.reduce((sum, part) => sum + part.value, 0));
  const side = (i) => Math.max(0, ...bars.map(({ parts }) => (parts[i] ? parts[i].value : 0)));
  const { scale } = figure.dataset;
  const most = scale === "facing" ? side(0) + side(1) : Math.max(0, ...sums);
  if (scale === "facing") figure.style.setProperty("--left", side(0) / (most || 1));
  bars.forEach(({ bar, parts }, i) => {
    bar.style.setProperty("--max", (scale === "full" ? sums[i] : most) || 1);
    for (const part of parts) {
      part.style.setProperty("--n", part.value);
      part.title = `${part.dataset.name}: ${part.querySelector(".seg-n").textContent}`;
      part.hidden = part.value === 0;
    }
  });
};

const colourCells = (table) => {
  const cells = [...table.querySelectorAll("td.cell")].map((cell) => {
    const figure = cell.querySelector(".main [data-unit]");
    if (!figure) return { cell, base: 0, size: 0 };
    const share = figure.base && figure.dataset.unit === "share" ? figure.value / figure.base : null;
    const size = share === null ? figure.value : share * Number(cell.dataset.sign);
    return { cell, base: figure.base, size };
  });
  const scaled = table.dataset.peak === "own";
  const enough = cells.filter(({ base }) => base >= page.least);
  const peak = scaled ? Math.max(0.01, ...enough.map(({ size }) => Math.abs(size))) : 1;
  for (const { cell, base, size } of cells) {
    const step = page.steps.filter((limit) => Math.abs(size / peak) >= limit).length;
    cell.dataset.step = size > 0 ? step : -step;
    cell.classList.toggle("few", base < page.least);
    cell.classList.toggle("zero", size === 0);
  }
};
