// What this page is, what it has seen, and how it is loaded again. The first part of the script that
// pages get, which is one function; see devkit/docs/live-reload.md.

const mark = Symbol.for("slipway.live");
const script = document.currentScript;
if (!script || window[mark]) return;
let sockets = 0;
let isListening = false;
// For whoever wonders whether the connection is taken over restarts.
const state = { get sockets() { return sockets; }, get isListening() { return isListening; } };
Object.defineProperty(window, mark, { value: Object.freeze(state) });

const token = "{{token}}";
// What the server has put in: all of it is at hand when the server is not.
const style = "{{style}}";
// Set in the server's own pages: "healing", which gives way to the page that was asked for, or "page".
const kind = document.documentElement.dataset.slipway;
// A page that answers a form must not be sent again unasked.
const once = script.hasAttribute("data-once");

// MARK: What this page has seen

const stored = (key, value) => {
  try {
    if (value !== undefined) return sessionStorage.setItem(key, value);
    return sessionStorage.getItem(key);
  } catch {
    return null; // Without storage, as in a sandbox, there is nothing to remember.
  }
};
const parse = (text) => {
  const [run, ...counts] = (text ?? "").split(".");
  const [edition, number, incident, news] = counts.map(Number);
  return { run, edition, number, incident, news };
};
let seen = parse(new URL(script.src).searchParams.get("v"));
// The page may come from a cache, with an older version than the one it was last loaded for.
const last = parse(stored("slipway.version"));
if (last.run === seen.run) {
  for (const part of ["edition", "number", "incident"]) seen[part] = Math.max(seen[part], last[part]);
}
const version = () => `${seen.run}.${seen.edition}.${seen.number}.${seen.incident}.${seen.news}`;

// MARK: Loading the page again, where the reader was and with what was typed

const place = `slipway.place ${location.pathname}${location.search}`;
const typed = "input:not([type=password], [type=file], [type=hidden]), textarea, select";
const fields = () => {
  const count = new Map();
  return [...document.querySelectorAll(typed)]
    .filter((field) => !/^(off|cc-|one-time)/.test(field.autocomplete))
    .map((field) => {
      const name = `${field.form?.id ?? ""} ${field.type} ${field.name} ${field.id}`;
      count.set(name, (count.get(name) ?? 0) + 1);
      return [`${name} ${count.get(name)}`, field];
    });
};
const valueOf = (field) => {
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked === field.defaultChecked ? null : field.checked;
  }
  if (field.options) {
    const all = [...field.options];
    // Where the page selects none, the first of a list that shows one is selected.
    const isAsGiven = all.every((option) => option.selected === option.defaultSelected)
      || (field.selectedIndex === 0 && !field.multiple && !all.some((option) => option.defaultSelected));
    return isAsGiven ? null : all.map((option) => option.selected);
  }
  return field.value === field.defaultValue ? null : field.value;
};
const give = (field, value) => {
  if (typeof value === "boolean") field.checked = value;
  else if (!Array.isArray(value)) field.value = value;
  else if (value.length === field.options.length) {
    value.forEach((isSelected, index) => { field.options[index].selected = isSelected; });
  }
};
const remember = () => {
  const values = fields().map(([name, field]) => [name, valueOf(field)])
    .filter(([, value]) => value !== null);
  stored(place, JSON.stringify({ x: scrollX, y: scrollY, values }));
};
const restore = () => {
  const text = stored(place);
  if (!text) return;
  try { sessionStorage.removeItem(place); } catch { return; }
  const { x, y, values } = JSON.parse(text);
  const known = new Map(values);
  for (const [name, field] of fields()) if (known.has(name)) give(field, known.get(name));
  const scroll = () => scrollTo({ left: x, top: y, behavior: "instant" });
  scroll();
  // What images push down comes later.
  addEventListener("load", scroll, { once: true });
};

let leaving = false;
const reload = () => {
  if (leaving) return;
  if (once) return pill.show("Changed. Load the page again to send its form once more.");
  leaving = true;
  stored("slipway.version", version());
  remember();
  location.reload();
  // A page may have its reader asked whether to leave, who stays.
  setTimeout(() => { leaving = false; }, 5000);
};
