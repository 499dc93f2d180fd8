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

const nameOf = (name, code) => (page.names[name] && page.names[name][code]) || code;
