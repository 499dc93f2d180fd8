// --- Messages: those of the file that meet the criteria, with their quotes marked. ---------------
const PAGE_SIZE = 20;

const messageList = (form) => {
  const cards = byId("cards");
  let matching = [];
  let shown = 0;
  let wanted = {};
  let inside = {};

  for (const message of page.messages) {
    const parts = message.pieces.filter((piece) => piece.length).map((piece) => piece[0]);
    message.searched = plain(`${parts.join("")} ${message.external_id || ""}`);
  }
  const periods = Object.keys(page.names.period);

  const insightFound = (insight) =>
    insightFits(insight, wanted) &&
    (!inside.stage || inside.stage.includes(insight.stage)) &&
    (!inside.area || inside.area.includes(insight.area));

  const inPeriod = ({ period }) => {
    if (!inside.since && !inside.until) return true;
    const at = periods.indexOf(period);
    const last = inside.until ? periods.indexOf(inside.until[0]) : periods.length;
    return at >= 0 && at >= (inside.since ? periods.indexOf(inside.since[0]) : 0) && at <= last;
  };

  const fits = (message) => {
    for (const name of CODED)
      if (wanted[name] && !wanted[name].includes(message[name])) return false;
    for (const name of BITS)
      if (wanted[name] && !wanted[name].some((code) => (message[name] || []).includes(code)))
        return false;
    if (inside.channel && !inside.channel.includes(message.channel)) return false;
    if (!inPeriod(message)) return false;
    if (!words(wanted.text).every((word) => message.searched.includes(word))) return false;
    return !(asksInsights(wanted) || inside.stage || inside.area) || message.insights.some(insightFound);
  };

  const words = (text) => (text ? plain(text[0]).trim().split(/\s+/).filter(Boolean) : []);

  const chip = (text, kind) => element("span", `chip ${kind || ""}`, text);

  const heading = (message) => {
    const line = element("p", "card-head");
    line.append(element("strong", "", message.external_id || ""));
    const about = [page.days[message.day], message.channel, message.source].filter(Boolean);
    line.append(element("span", "about", about.join(" · ")));
    const chips = element("span", "chips");
    if (message.pqrs) chips.append(chip(nameOf("pqrs", message.pqrs)));
    if (message.sentiment) {
      const tone = message.sentiment.replace("very_", "");
      chips.append(chip(nameOf("sentiment", message.sentiment), tone));
    }
    for (const flag of message.flag) chips.append(chip(nameOf("flag", flag), "flag"));
    if (message.due === "red") chips.append(chip(nameOf("due", "red"), "flag"));
    line.append(chips);
    return line;
  };

  const body = (message) => {
    const text = element("p", "card-text");
    for (const piece of message.pieces) {
      if (piece.length === 0) {
        text.append(element("em", "cut", ` ${page.words.cut} `));
      } else if (piece.length === 1) {
        text.append(piece[0]);
      } else {
        const insight = message.insights[piece[1]];
        const mark = element("mark", insight.tone, piece[0]);
        if (!insightFound(insight)) mark.classList.add("dim");
        mark.title = labels(insight);
        text.append(mark);
      }
    }
    return text;
  };

  const labels = (insight) => {
    const parts = insight.tone ? [nameOf("tone", insight.tone)] : [];
    if (insight.friction !== "none") parts.push(nameOf("friction", insight.friction));
    for (const name of ["stage", "touchpoint", "pyramid"]) {
      const code = insight[name];
      if (code !== "unknown" && code !== "none") parts.push(nameOf(name, code));
    }
    return parts.join(" · ");
  };

  const list = (message) => {
    if (!message.insights.length) return element("p", "aside", page.words.no_insight);
    const items = element("ul", "card-insights");
    for (const insight of message.insights) {
      const item = element("li", insight.tone, labels(insight));
      if (!insightFound(insight)) item.classList.add("dim");
      const share = Math.round(insight.confidence * 100);
      const sure = element("span", "confidence", page.words.confidence.replace("{n}", share));
      if (insight.confidence < page.unsure) sure.append(element("b", "", ` ${page.words.unsure}`));
      item.append(sure);
      items.append(item);
    }
    return items;
  };

  const more = () => {
    const next = matching.slice(shown, shown + PAGE_SIZE);
    for (const message of next) {
      const card = element("article", "card");
      card.append(heading(message), body(message), list(message));
      cards.append(card);
    }
    shown += next.length;
    byId("more").hidden = shown >= matching.length;
    return cards.children[shown - next.length];
  };

  // How many there are in all is only known where the labels of all messages are; words are looked
  // for in the file alone.
  const sentence = (scope, asked) => {
    const n = matching.length;
    if (!asked) return "";
    if (wanted.text || !scope) {
      return n ? counted(page.words.found, n, { total: number(page.messages.length) }) : page.words.found_none;
    }
    const query = new URLSearchParams();
    for (const [name, values] of Object.entries(wanted))
      for (const value of values) query.append(name, value);
    const total = scope.messages(query.toString());
    if (!total) return page.words.found_none;
    if (total === n) return counted(page.words.found_all, n);
    const some = counted(page.words.found_some, total, { shown: number(n) });
    return n ? some : `${some} ${page.words.found_nowhere}`;
  };

  const show = (state, scope) => {
    wanted = state.find;
    inside = state.inside;
    matching = page.messages.filter(fits);
    shown = 0;
    cards.replaceChildren();
    const asked = Object.keys(wanted).length + Object.keys(inside).length > 0;
    byId("found").textContent = sentence(scope, asked);
    more();
  };

  // Chips show every criterion, fields those they have an option for.
  const fill = (find) => {
    offChips(byId("criteria"), find);
    for (const field of form.elements) {
      if (!field.name) continue;
      const [value, ...others] = find[field.name] || [""];
      const known = !field.options || [...field.options].some((option) => option.value === value);
      const one = known && !others.length;
      if (field.value !== (one ? value : "")) field.value = one ? value : "";
    }
  };

  byId("more").addEventListener("click", () => {
    const first = more();
    if (first) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }
  });
  return { show, fill };
};
