// Slipway's part in a page: listens for what has changed, and has the page show it.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || window[Symbol.for("slipway.live")]) return;
  Object.defineProperty(window, Symbol.for("slipway.live"), { value: true });

  const token = "{{token}}";
  const version = new URL(script.src).searchParams.get("v") ?? "";
  // Set in the server's own pages: "healing" or "page".
  const kind = document.documentElement.dataset.slipway;
  // A page that answers a form must not be sent again unasked.
  const once = script.hasAttribute("data-once");

  // The page may come from a cache, with an older version than the one it was last reloaded for.
  const parse = (text) => {
    const [run, edition, number] = text.split(".");
    return { run, edition: Number(edition), number: Number(number) };
  };
  const stored = (key, value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(key) ?? "";
      sessionStorage.setItem(key, value);
    } catch {
      // Without storage, as in a sandbox, there is nothing to remember.
    }
    return "";
  };
  let seen = parse(version);
  const last = parse(stored("slipway.version"));
  if (last.run === seen.run) {
    seen.edition = Math.max(seen.edition, last.edition);
    seen.number = Math.max(seen.number, last.number);
  }

  let socket = null;
  let attempts = 0;
  let timer = 0;
  let waits = false; // for the newest code, to be asked for again
  let leaving = false;

  const reload = () => {
    if (leaving || once) return;
    leaving = true;
    stored("slipway.version", `${seen.run}.${seen.edition}.${seen.number}`);
    location.reload();
  };

  // Stylesheets: the new one is there before the old one goes.
  const arriving = new Map();
  const pathOf = (url, base) => {
    try {
      const place = new URL(url, base);
      return place.origin === location.origin ? decodeURIComponent(place.pathname) : "";
    } catch {
      return "";
    }
  };
  const imports = (sheet, path) => {
    try {
      return [...sheet.cssRules].some((rule) => rule instanceof CSSImportRule
        && (pathOf(rule.href, sheet.href ?? document.baseURI) === path
          || (rule.styleSheet && imports(rule.styleSheet, path))));
    } catch {
      return false; // of another site
    }
  };
  const swapStyles = async (path) => {
    const old = [...document.querySelectorAll("link[rel~=stylesheet][href], style")]
      .filter((element) => ![...arriving.values()].includes(element))
      .filter((element) => (element.href && pathOf(element.href) === path)
        || (element.sheet && imports(element.sheet, path)));
    if (old.length === 0) return false;
    // What is imported is asked for past the cache, for its address stays the same.
    await fetch(path.split("/").map(encodeURIComponent).join("/"), { cache: "reload" }).catch(() => {});
    for (const element of old) {
      arriving.get(element)?.remove();
      const next = element.cloneNode(true);
      if (element.href) {
        const url = new URL(element.href);
        url.searchParams.set("slipway", seen.number);
        next.href = url;
      }
      next.addEventListener("load", () => { element.remove(); arriving.delete(element); });
      next.addEventListener("error", () => { next.remove(); arriving.delete(element); });
      arriving.set(element, next);
      element.after(next);
    }
    return true;
  };
  const isUsed = (path) => performance.getEntriesByType("resource")
    .some((entry) => pathOf(entry.name) === path);

  const apply = async (paths) => {
    for (const path of new Set(paths)) {
      if (!path.endsWith(".css")) return reload();
      if (!(await swapStyles(path)) && isUsed(path)) return reload();
    }
  };

  const messages = {
    hello(message) {
      const isSame = message.run === seen.run && message.edition === seen.edition;
      seen = { run: message.run, edition: message.edition, number: message.number };
      waits = !isSame;
      if (waits && message.ready) reload();
      // What this page waits for came before it listened, or does not come: as often as without script.
      else if (kind === "healing" && message.ready) setTimeout(reload, 2000);
      else if (isSame) apply(message.paths);
    },
    changed(message) {
      seen.number = message.number;
      apply(message.paths);
    },
    ready(message) {
      if (waits || message.edition !== seen.edition || kind) {
        seen.edition = message.edition;
        reload();
      }
    },
    failed() {
      if (kind) reload();
    },
  };

  const connect = () => {
    clearTimeout(timer);
    if (socket || leaving) return;
    const url = new URL("/_slipway/live", script.src);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.search = `?t=${token}&v=${seen.run}.${seen.edition}.${seen.number}`;
    const opened = new WebSocket(url);
    socket = opened;
    opened.onopen = () => { attempts = 0; };
    opened.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      messages[message.type]?.(message);
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = null;
      attempts += 1;
      if (attempts % 3 === 0) meetNewServer();
      timer = setTimeout(
        () => { if (!document.hidden) connect(); },
        Math.min(5000, 100 * 2 ** attempts) * (0.5 + Math.random() / 2));
    };
  };
  // A server that was started anew has another token: then the page is asked for again.
  const meetNewServer = async () => {
    const answer = await fetch(script.src, { cache: "no-store" }).catch(() => null);
    if (answer?.ok && !(await answer.text()).includes(token)) reload();
  };

  document.addEventListener("visibilitychange", () => { if (!document.hidden) connect(); });
  // An open connection keeps a page out of the back/forward cache.
  addEventListener("pagehide", () => { const open = socket; socket = null; open?.close(); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) connect(); });
  connect();
})();
