// --- State: what is looked at stands in the address, so that a link tells it and "back" undoes it.
// `#messages?friction=billing&in.channel=correo`: a place, criteria of messages, and filters of the
// whole page (`in.`).
const INSIDE = "in.";

const readAddress = (hash) => {
  const [place, query = ""] = hash.replace(/^#/, "").split("?");
  const find = {};
  const inside = {};
  for (const [name, values] of Object.entries(parsed(query))) {
    if (name.startsWith(INSIDE)) inside[name.slice(INSIDE.length)] = values;
    else find[name] = values;
  }
  return { place, find, inside };
};

const writeAddress = ({ place, find, inside }) => {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(find))
    for (const value of values) query.append(name, value);
  for (const [name, values] of Object.entries(inside))
    for (const value of values) query.append(INSIDE + name, value);
  const text = query.toString();
  return `#${place}${text ? `?${text}` : ""}`;
};

const KIND = { since: "period", until: "period" };
const nameOf = (name, code) => (page.names[KIND[name] || name] || {})[code] || code;

// Criteria as chips that take them off.
const offChips = (node, criteria) => {
  const told = Object.entries(criteria).filter(([name]) => page.words.criteria[name]);
  const chips = told.map(([name, values]) => {
    const text = `${page.words.criteria[name]}: ${values.map((code) => nameOf(name, code)).join(", ")}`;
    const button = element("button", "chip off", text);
    button.type = "button";
    button.dataset.criterion = name;
    button.setAttribute("aria-label", page.words.filter_off.replace("{name}", text));
    return button;
  });
  node.replaceChildren(...chips);
};
