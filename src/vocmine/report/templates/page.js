// --- Page: address, filters, theme and paper, tied together. -------------------------------------
const root = document.documentElement;
const form = byId("filters");
const bar = byId("page-filters");
const list = form ? messageList(form) : null;
let state = { place: "", find: {}, inside: {} };
let cube = null;
let scope = null;
let follows = false; // A link was followed; otherwise the browser goes back to where it was.
let origin = null; // The figure that led to the messages.

const darkScreen = matchMedia("(prefers-color-scheme: dark)");
const isDark = () =>
  !root.classList.contains("on-paper") &&
  (root.dataset.theme ? root.dataset.theme === "dark" : darkScreen.matches);
const redraw = () =>
  fitCharts({ dark: isDark(), paper: root.classList.contains("on-paper") });

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const links = all('a[href^="#"]:not(.skip)').map((node) => {
  const filter = node.dataset.filter && JSON.parse(node.dataset.filter);
  const base = filter
    ? { place: "messages", find: parsed(new URLSearchParams(filter).toString()) }
    : readAddress(node.getAttribute("href"));
  return { node, base };
});
const pointLinks = () => {
  for (const { node, base } of links)
    node.setAttribute("href", writeAddress({ ...base, inside: state.inside }));
};

const filtered = () => Object.keys(state.inside).length > 0;

const recount = () => {
  if (!cube || !bar) return;
  scope = scopeOf(cube, state.inside);
  recountFigures(scope);
  recountCharts(filtered() ? scope : null);
  root.classList.toggle("filtered", filtered());
  byId("scope").textContent = filtered()
    ? counted(page.words.filtered, scope.messages(""), { total: number(cube.messages) })
    : "";
  offChips(byId("inside"), state.inside);
  byId("scope-off").hidden = !filtered();
  redraw();
};

const fillBar = () => {
  if (!bar) return;
  for (const field of bar.elements)
    if (field.name) [field.value] = state.inside[field.name.slice(INSIDE.length)] || [""];
};

// On a phone what is open would hide what was asked for.
const narrow = matchMedia("(max-width: 860px)");
const chapters = byId("nav");
const openChapters = (open) => {
  chapters.classList.toggle("open", open);
  byId("open-nav").setAttribute("aria-expanded", String(open));
};
const openBar = (open) => {
  bar.hidden = !open;
  byId("open-filters").setAttribute("aria-expanded", String(open));
};
const fold = () => {
  openChapters(false);
  if (bar) openBar(false);
};

// What comes next by keyboard is what is seen.
const land = (node) => {
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
};

const apply = (next, { scroll = false } = {}) => {
  const inside = !same(next.inside, state.inside);
  state = next;
  if (inside) {
    fillBar();
    pointLinks();
    recount();
  }
  if (list) {
    list.fill(state.find);
    list.show(state, scope);
    byId("back").hidden = !origin || !Object.keys(state.find).length;
  }
  if (!scroll || !state.place) return;
  const asked = list && state.place === "messages" && Object.keys(state.find).length > 0;
  const target = byId(asked ? "results" : state.place);
  if (!target) return;
  if (narrow.matches) fold();
  root.style.scrollPaddingTop = `${byId("ribbon").offsetHeight + 16}px`;
  target.scrollIntoView();
  land(asked ? byId("found") : target);
};

const go = (next, options) => {
  history.pushState(null, "", writeAddress(next));
  apply(next, options);
};

const without = (criteria, name) =>
  Object.fromEntries(Object.entries(criteria).filter(([other]) => other !== name));

const clean = (criteria) =>
  Object.fromEntries(Object.entries(criteria).filter(([, values]) => values && values[0]));

addEventListener("hashchange", () => {
  apply(readAddress(location.hash), { scroll: follows });
  if (!follows && origin) {
    origin.focus({ preventScroll: true });
    origin = null;
    byId("back").hidden = true;
  }
  follows = false;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#"]');
  if (link && link.matches(".skip")) {
    event.preventDefault();
    land(byId("summary"));
    return;
  }
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const next = readAddress(link.getAttribute("href"));
  if (next.place === "messages" && Object.keys(next.find).length) origin = link;
  if (link.getAttribute("href") === location.hash) {
    // Nothing changes in the address, so no event comes.
    event.preventDefault();
    apply(next, { scroll: true });
  } else {
    follows = true;
  }
});

if (form) {
  const lookUp = () => {
    const find = { ...state.find };
    for (const field of form.elements)
      if (field.name && (field.value || !find[field.name] || find[field.name].length === 1))
        find[field.name] = [field.value];
    return { ...state, place: "messages", find: clean(find) };
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    const next = lookUp();
    if (event.target.type === "search") {
      history.replaceState(null, "", writeAddress(next));
      apply(next);
    } else {
      go(next);
    }
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    go({ ...state, place: "messages", find: {} });
  });
  byId("criteria").addEventListener("click", (event) => {
    const { criterion } = event.target.dataset;
    if (!criterion) return;
    go({ ...state, find: without(state.find, criterion) });
    byId("found").focus({ preventScroll: true });
  });
  byId("back").addEventListener("click", () => history.back());
}

if (bar) {
  const toggle = byId("open-filters");
  toggle.addEventListener("click", () => {
    openBar(bar.hidden);
    if (!bar.hidden) bar.elements[0].focus();
  });
  bar.addEventListener("submit", (event) => event.preventDefault());
  bar.addEventListener("input", () => {
    const inside = {};
    for (const field of bar.elements)
      if (field.name) inside[field.name.slice(INSIDE.length)] = [field.value];
    go({ ...state, inside: clean(inside) });
  });
  byId("inside").addEventListener("click", (event) => {
    const { criterion } = event.target.dataset;
    if (!criterion) return;
    go({ ...state, inside: without(state.inside, criterion) });
    (byId("inside").firstElementChild || toggle).focus();
  });
  byId("scope-off").addEventListener("click", () => {
    go({ ...state, inside: {} });
    toggle.focus();
  });
}

chapters.classList.add("folds");
byId("open-nav").addEventListener("click", () => openChapters(!chapters.classList.contains("open")));

openCharts((filter) => {
  if (!form) return;
  const find = parsed(new URLSearchParams(filter).toString());
  go({ ...state, place: "messages", find }, { scroll: true });
});

// --- Theme and paper ---
const theme = byId("theme");
const nameTheme = () => {
  theme.title = isDark() ? page.words.theme_light : page.words.theme_dark;
  theme.setAttribute("aria-label", theme.title);
};
theme.hidden = false;
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
  redraw();
});
darkScreen.addEventListener("change", () => {
  nameTheme();
  redraw();
});
nameTheme();

let waiting;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(redraw, 120);
});
// Paper is narrower than most windows: lay the page out at its width, then redraw.
const onPaper = (on) => {
  root.classList.toggle("on-paper", on);
  redraw();
};
addEventListener("beforeprint", () => onPaper(true));
addEventListener("afterprint", () => onPaper(false));

redraw();
apply({ ...readAddress(location.hash), inside: {} }, { scroll: true });
if (page.cube && page.cube.messages && "DecompressionStream" in window) {
  openCube().then((opened) => {
    cube = opened;
    scope = scopeOf(cube, {});
    if (bar) byId("open-filters").hidden = false;
    apply(readAddress(location.hash), { scroll: Boolean(location.hash) });
    root.dataset.ready = "yes";
  });
}
