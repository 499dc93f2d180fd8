"use strict";
(() => {
  const page = JSON.parse(document.getElementById("payload").textContent);
  const { charts, messages, names, days, words } = page;
  const PAGE_SIZE = 20;
  const NARROW = 560;
  const PRINT_WIDTH = 660;
  const byId = (id) => document.getElementById(id);

  const element = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  // --- Messages -------------------------------------------------------------------------------
  const form = byId("filters");
  const cards = byId("cards");
  let matching = [];
  let shown = 0;

  const plain = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLocaleLowerCase();

  for (const message of messages) {
    const parts = message.pieces.filter((piece) => piece.length).map((piece) => piece[0]);
    message.searched = plain(`${parts.join("")} ${message.external_id || ""}`);
  }

  const wanted = () => {
    const values = {};
    for (const field of form.elements) if (field.name) values[field.name] = field.value.trim();
    return values;
  };

  const INSIGHT_FILTERS = ["friction", "stage", "touchpoint", "pyramid"];

  // One insight must fit every filter: an obstacle at a stage, not one here and the other there.
  const fits = (insight, values) =>
    INSIGHT_FILTERS.every((name) => !values[name] || insight[name] === values[name]) &&
    (!values.friction || insight.tone === "negative");

  const matches = (message, values) => {
    if (values.pqrs && message.pqrs !== values.pqrs) return false;
    if (values.text && !plain(values.text).split(/\s+/).every((w) => message.searched.includes(w)))
      return false;
    const asked = INSIGHT_FILTERS.some((name) => values[name]);
    return !asked || message.insights.some((insight) => fits(insight, values));
  };

  const chip = (text, kind) => element("span", `chip ${kind || ""}`, text);

  const heading = (message) => {
    const line = element("p", "card-head");
    line.append(element("strong", "", message.external_id || ""));
    const about = [days[message.day], message.channel, message.source].filter(Boolean).join(" · ");
    line.append(element("span", "about", about));
    const chips = element("span", "chips");
    if (message.pqrs) chips.append(chip(names.pqrs[message.pqrs] || message.pqrs));
    if (message.sentiment) {
      const tone = message.sentiment.replace("very_", "");
      chips.append(chip(names.sentiment[message.sentiment] || message.sentiment, tone));
    }
    for (const flag of message.flags) chips.append(chip(words.flags[flag], "flag"));
    line.append(chips);
    return line;
  };

  const body = (message, values) => {
    const text = element("p", "card-text");
    for (const piece of message.pieces) {
      if (piece.length === 0) {
        text.append(element("em", "cut", ` ${words.cut} `));
      } else if (piece.length === 1) {
        text.append(piece[0]);
      } else {
        const insight = message.insights[piece[1]];
        const mark = element("mark", insight.tone, piece[0]);
        if (!fits(insight, values)) mark.classList.add("dim");
        mark.title = tags(insight);
        text.append(mark);
      }
    }
    return text;
  };

  const tags = (insight) => {
    const parts = [words[`tone_${insight.tone}`]];
    if (insight.friction !== "none") parts.push(names.friction[insight.friction]);
    for (const name of ["stage", "touchpoint", "pyramid"]) {
      const code = insight[name];
      if (code !== "unknown" && code !== "none") parts.push(names[name][code] || code);
    }
    return parts.filter(Boolean).join(" · ");
  };

  const list = (message, values) => {
    if (!message.insights.length) return element("p", "aside", words.no_insight);
    const items = element("ul", "card-insights");
    for (const insight of message.insights) {
      const item = element("li", insight.tone, tags(insight));
      if (!fits(insight, values)) item.classList.add("dim");
      const share = Math.round(insight.confidence * 100);
      const sure = element("span", "confidence", words.confidence.replace("{n}", share));
      if (insight.confidence < page.unsure) sure.append(element("b", "", ` ${words.unsure}`));
      item.append(sure);
      items.append(item);
    }
    return items;
  };

  const more = () => {
    const values = wanted();
    for (const message of matching.slice(shown, shown + PAGE_SIZE)) {
      const card = element("article", "card");
      card.append(heading(message), body(message, values), list(message, values));
      cards.append(card);
    }
    shown = Math.min(shown + PAGE_SIZE, matching.length);
    byId("more").hidden = shown >= matching.length;
  };

  const show = () => {
    const values = wanted();
    matching = messages.filter((message) => matches(message, values));
    shown = 0;
    cards.replaceChildren();
    const [none, one, many] = words.found;
    const sentence = [none, one][matching.length] || many;
    const filtered = Object.values(values).some(Boolean);
    byId("found").textContent = filtered
      ? sentence.replace("{n}", matching.length).replace("{total}", messages.length)
      : "";
    more();
  };

  const lookUp = (filter) => {
    form.reset();
    for (const [name, code] of Object.entries(filter)) {
      const field = form.elements[name];
      if (field && [...field.options].some((option) => option.value === code)) field.value = code;
    }
    show();
    byId("messages").scrollIntoView();
    form.elements[0].focus({ preventScroll: true });
  };

  if (form) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", show);
    form.addEventListener("reset", () => setTimeout(show));
    byId("more").addEventListener("click", more);
    const follow = () => {
      const [place, query] = location.hash.split("?");
      if (place === "#messages" && query) lookUp(Object.fromEntries(new URLSearchParams(query)));
    };
    addEventListener("hashchange", follow);
    follow();
    show();
  }

  // --- Charts ---------------------------------------------------------------------------------
  // Tooltips are text nodes, so that a customer's words can never become markup.
  const tip = (point) => {
    const node = element("span", "tip", point.data && point.data.tip);
    return node.textContent ? node : "";
  };

  const drawn = [];

  const draw = (entry, width) => {
    const kind = width < NARROW ? "narrow" : "wide";
    const height = kind === "narrow" ? entry.chart.narrow_height : entry.chart.height;
    entry.node.style.height = `${height}px`;
    entry.instance.resize({ width, height });
    if (entry.kind !== kind) {
      entry.kind = kind;
      const option = structuredClone(entry.chart[kind]);
      option.tooltip.formatter = tip;
      entry.instance.setOption(option, true);
    }
    // Printing does not wait for the next frame.
    entry.instance.getZr().flush();
  };

  for (const node of document.querySelectorAll("[data-chart]")) {
    const chart = charts[node.dataset.chart];
    const width = node.clientWidth || PRINT_WIDTH;
    const instance = echarts.init(node, null, { renderer: "svg", width, height: chart.height });
    const entry = { node, chart, instance, kind: "" };
    instance.on("click", (point) => {
      if (form && point.data && point.data.filter) lookUp(point.data.filter);
    });
    drawn.push(entry);
    draw(entry, width);
  }

  const fit = () => {
    for (const entry of drawn) if (entry.node.clientWidth) draw(entry, entry.node.clientWidth);
  };
  let waiting;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(fit, 120);
  });
  // Paper is narrower than most windows: lay the page out at its width, then redraw.
  const onPaper = (on) => {
    document.documentElement.classList.toggle("on-paper", on);
    fit();
  };
  addEventListener("beforeprint", () => onPaper(true));
  addEventListener("afterprint", () => onPaper(false));
})();
