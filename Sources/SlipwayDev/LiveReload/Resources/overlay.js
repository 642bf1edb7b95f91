// What is shown over the page: a word while something is built, and what is broken. Part of the script
// that pages get, behind page.js. What the server says is shown as text, never as markup.

const make = (name, attributes = {}, ...content) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content.filter((part) => part !== null && part !== undefined));
  return element;
};

let root = null;
// Apart from the page, whose styles do not get in, nor ours out; no policy forbids sheets like this.
const shadow = () => {
  if (!root) {
    root = make("slipway-live").attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  }
  // A script of the page may have swept it away.
  if (!root.host.isConnected) document.documentElement.append(root.host);
  return root;
};

const copyButton = (textOf) => {
  const button = make("button", { type: "button", class: "copy", "aria-live": "polite" }, "Copy as text");
  button.addEventListener("click", async () => {
    let isCopied = await navigator.clipboard?.writeText(textOf()).then(() => true, () => false);
    if (!isCopied) {
      // Pages of another machine have no clipboard of that kind, unless they come by HTTPS.
      const area = make("textarea", { readonly: "" }, textOf());
      button.after(area);
      area.select();
      isCopied = document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = isCopied ? "Copied" : "The browser does not allow it";
  });
  return button;
};
// In the server's own pages, where a click selects the text also without this.
const offerCopy = () => {
  const plain = kind && document.querySelector(".as-text pre");
  if (plain) document.querySelector(".as-text").prepend(copyButton(() => plain.textContent));
};

// A few words in a corner.
const pill = {
  element: null,
  isBuilding: false,
  timer: 0,
  bar: make("progress"),
  // Short builds are over before they are worth a word.
  await() {
    if (this.timer || this.element) return;
    this.bar.removeAttribute("value");
    this.timer = setTimeout(() => {
      this.show("Building", this.bar);
      this.isBuilding = true;
    }, 250);
  },
  progress(step, count) {
    this.bar.max = count;
    this.bar.value = step;
  },
  settle() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.isBuilding) this.hide();
  },
  show(...content) {
    this.hide();
    this.element = make("div", { class: "pill", role: "status" }, ...content);
    (overlay.dialog ?? shadow()).append(this.element);
  },
  hide() {
    this.isBuilding = false;
    this.element?.remove();
    this.element = null;
  },
};

const placeOf = ({ file, line, column, link }) => {
  if (!file) return null;
  const text = [file, line, column].filter((part) => part !== undefined).join(":");
  // To an editor; an address that would run in the page is none.
  const isLink = /^[a-z][a-z0-9+.-]*:\/\//i.test(link ?? "") && !/^javascript:/i.test(link);
  return isLink ? make("a", { class: "place", href: link }, text) : make("span", { class: "place" }, text);
};
const scrolled = (text) => make("pre", { tabindex: "0" }, text);
// Lines as compilers show them: `12 | let a = b`, and below it `   |         ^~`, or what is said of that.
// In the server's own pages SourceExcerpt reads them.
const gutter = /^ *(>?) *(\d*) *\| ?(.*)$/;
const underline = (row, start) => {
  const code = row.lastChild.data;
  const [meant] = /^(?:".*?"|'.*?'|\w+|.?)/.exec(code.slice(start));
  row.classList.add("failing");
  row.lastChild.replaceWith(code.slice(0, start), make("mark", {}, meant), code.slice(start + meant.length));
};
const sourceOf = ({ excerpt, line, message }) => {
  if (!excerpt) return null;
  const lines = excerpt.trimEnd().split("\n").map((text) => gutter.exec(text));
  if (lines.includes(null)) return scrolled(excerpt);
  const source = make("pre", { class: "source", tabindex: "0" });
  let row = null; // what is hung below
  for (const [, marker, number, code] of lines) {
    const hung = !number && row && /^(\s*)[`|^~]/.exec(code);
    const said = code.replace(/^[^a-z]*/i, "").replace(/^(error|warning|note): /, "");
    if (hung && (said === "" || said === message)) {
      underline(row, hung[1].length);
      row = null;
      continue;
    }
    const isFailing = marker || (number && Number(number) === line);
    const shown = make("span", isFailing ? { class: "failing" } : {}, make("i", {}, number), code);
    if (number) row = shown;
    source.append(shown, "\n");
  }
  return source;
};
const fixOf = ({ line, column, text, replaced }) => {
  const change = !text ? "remove" : replaced ? `put “${text}” in the place of` : `insert “${text}”`;
  return make("p", {}, `Fix: ${change} ${replaced ? `“${replaced}” ` : ""}at ${line}:${column}`);
};
const finding = (diagnostic) => make("li", { class: diagnostic.severity },
  placeOf(diagnostic),
  make("p", {}, make("strong", {}, `${diagnostic.severity}: `), diagnostic.message),
  sourceOf(diagnostic),
  diagnostic.remedy ? make("p", {}, diagnostic.remedy) : null,
  ...(diagnostic.fixIts ?? []).map(fixOf),
  diagnostic.notes?.length ? make("ul", {}, ...diagnostic.notes.map(finding)) : null);
const frameOf = (frame) => make("li", { class: frame.origin ?? "" },
  placeOf(frame),
  make("p", {}, make("strong", {}, frame.function ?? "")),
  sourceOf(frame),
  /^\/_slipway\/console\/[\w-]+$/.test(frame.console ?? "")
    ? make("a", { href: frame.console, target: "_blank" }, "Evaluate code here") : null);
// What a tool has printed matters where nothing has been made of it.
const printed = ({ heading, text }, isOpen) =>
  make("details", isOpen ? { open: "" } : {}, make("summary", {}, heading), scrolled(text));
const sectionOf = (problem) => make("section", {},
  make("p", { class: "code" }, problem.code),
  make("h1", {}, problem.title),
  make("p", { class: "message" }, problem.detail),
  problem.remedy ? make("p", { class: "remedy" }, make("strong", {}, "What to do "), problem.remedy) : null,
  problem.diagnostics?.length ? make("ul", {}, ...problem.diagnostics.map(finding)) : null,
  problem.frames?.length ? make("ul", {}, ...problem.frames.map(frameOf)) : null,
  ...(problem.output ?? []).map((output) => printed(output, !problem.diagnostics?.length)),
  problem.facts?.length ? make("dl", {}, ...problem.facts.flatMap(({ name, value }) =>
    [make("dt", {}, name), make("dd", {}, value)])) : null);

const overlay = {
  dialog: null,
  problems: [],
  show(problems) {
    const text = JSON.stringify(problems);
    if (text === JSON.stringify(this.problems)) return;
    this.problems = problems;
    this.close();
    pill.hide();
    if (problems.length === 0) return;
    // What was put away stays away until it is something else, on other pages too.
    if (text === stored("slipway.away")) this.remind();
    else this.open();
  },
  open() {
    pill.hide();
    const close = make("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
    close.addEventListener("click", () => this.putAway());
    const content = make("div", { id: "content" }, ...this.problems.map(sectionOf));
    const copy = copyButton(() => content.innerText);
    this.dialog = make("dialog", { role: "alertdialog", "aria-label": this.problems[0].title,
      "aria-describedby": "content" }, close, copy, content);
    this.dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.putAway(); });
    shadow().append(this.dialog);
    // Keeps the keyboard inside, and gives it back to where it was.
    this.dialog.showModal();
  },
  close() {
    this.dialog?.close();
    this.dialog?.remove();
    this.dialog = null;
  },
  putAway() {
    this.close();
    stored("slipway.away", JSON.stringify(this.problems));
    this.remind();
  },
  remind() {
    const button = make("button", { type: "button" }, "Show");
    button.addEventListener("click", () => this.open());
    pill.show(this.problems[0].title, button);
  },
};
