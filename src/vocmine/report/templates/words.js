// --- Words: the page's data, and numbers written as `vocmine.report.wording` writes them. --------
const page = JSON.parse(document.getElementById("payload").textContent);
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];

const element = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const plain = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLocaleLowerCase();

const MINUS = "\u2212";

// A half goes to the even neighbour, as in Python; only a double that is exactly a half is one.
const rounded = (size, decimals) => {
  const text = size.toFixed(decimals);
  const [, digits = ""] = size.toFixed(decimals + 25).split(".");
  if (!/^50*$/.test(digits.slice(decimals))) return text;
  const even = size.toFixed(decimals + 1).slice(0, -1).replace(/\.$/, "");
  return Number(even.at(-1)) % 2 ? text : even;
};

const number = (value, decimals = 0) => {
  const text = rounded(Math.abs(value), decimals);
  const [whole, part] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, page.words.thousands);
  const sign = value < 0 && Number(text) ? MINUS : "";
  return sign + grouped + (part ? page.words.decimal + part : "");
};

const percent = (part, whole, decimals = 0) => {
  const share = whole ? (100 * part) / whole : 0;
  const least = 10 ** -decimals;
  const written = (value) => page.words.percent.replace("{n}", number(value, decimals));
  if (share > 0 && share < least / 2) return `<${written(least)}`;
  if (share >= 100 - least / 2 && share < 100) return `>${written(100 - least)}`;
  return written(share);
};

const signed = (value) => {
  const points = number(value * 100);
  return value > 0 && points !== "0" ? `+${points}` : points;
};

const counted = ([one, many], n, gaps = {}) =>
  Object.entries({ n: number(n), ...gaps }).reduce(
    (text, [gap, value]) => text.replace(`{${gap}}`, value),
    n === 1 ? one : many,
  );
