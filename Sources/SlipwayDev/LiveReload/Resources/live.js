// What the server says, and the connection on which it does. The last part of the script that pages get.

// A page in a frame leaves it to the one around it to show what is broken.
const showsProblems = window === window.top && !kind;
let problems = []; // why the newest code does not serve
let incident = null; // the last failure of something that this page has asked for

const show = () => {
  if (!kind) overlay.show([...(showsProblems ? problems : []), ...(incident ? [incident.problem] : [])]);
};

// Whether what this page came from answers already, though something else is still being started: the
// longest prefix decides, as on the server.
const answers = ({ answering = [], waiting = [] }) => {
  const path = `${location.pathname}/`;
  const longest = (prefixes) =>
    Math.max(-1, ...prefixes.filter((prefix) => path.startsWith(`${prefix}/`.replace("//", "/"))).map((prefix) => prefix.length));
  return longest(answering) > longest(waiting);
};

const update = (message) => {
  if (message.state !== "ready" && message.state !== "failed") {
    if (message.edition === seen.edition || !answers(message)) {
      if (showsProblems) pill.await();
      return;
    }
    // Nothing that was waited for is to take the place of what a page says that is not loaded again.
    pill.settle();
    seen.edition = message.edition;
    return reload();
  }
  pill.settle();
  const before = problems.map((problem) => JSON.stringify(problem));
  const isSomethingNew = message.problems.some((problem) => !before.includes(JSON.stringify(problem)));
  problems = message.problems;
  // The server's own page was made for what was so at the time.
  if (kind === "healing" && message.news !== seen.news) return reload();
  // Other code answers. If it does not load, the page stays as it is below what is said of that.
  const isOther = message.edition !== seen.edition && !(isSomethingNew && showsProblems);
  if (isOther) {
    seen.edition = message.edition;
    incident = null;
  }
  show();
  const isMended = showsProblems && before.length > 0 && problems.length === 0;
  if (isOther || isMended) reload();
};

const hear = (news) => {
  if (!news) return;
  seen.incident = news.number;
  if (news.referrer !== location.href.split("#")[0]) return;
  incident = news;
  show();
};

const messages = {
  hello(message) {
    isListening = true;
    const isSame = message.run === seen.run && message.edition === seen.edition;
    seen = { ...seen, run: message.run, number: message.number };
    if (!isSame) seen.edition = 0;
    update(message);
    if (!isSame) return;
    // What such a page waits for came before it, or does not come: it asks as it does without script.
    if (kind === "healing" && message.state === "ready") setTimeout(reload, 2000);
    hear(message.incident);
    apply(message.paths);
  },
  state: update,
  progress(message) { pill.progress(message.step, message.of); },
  incident(message) { hear(message.incident); },
  changed(message) {
    seen.number = message.number;
    apply(message.paths);
  },
};

// MARK: The connection

let socket = null;
let attempts = 0;
let retry = 0;
let heard = 0;

const connect = () => {
  clearTimeout(retry);
  if (socket || leaving) return;
  const url = new URL("/_slipway/live", script.src);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = `?t=${token}&v=${version()}`;
  const opened = new WebSocket(url);
  socket = opened;
  sockets += 1;
  opened.onopen = () => { attempts = 0; };
  opened.onmessage = ({ data }) => {
    heard += 1;
    const message = JSON.parse(data);
    if (!leaving) messages[message.type]?.(message);
  };
  opened.onclose = () => { if (socket === opened) lost(); };
};
const lost = () => {
  socket = null;
  isListening = false;
  attempts += 1;
  if (attempts % 3 === 0) meetNewServer();
  const wait = Math.min(5000, 100 * 2 ** attempts) * (0.5 + Math.random() / 2);
  retry = setTimeout(() => { if (!document.hidden) connect(); }, wait);
};
// A server that was started anew has another token: then the page is asked for again.
const meetNewServer = async () => {
  const answer = await fetch(script.src, { cache: "no-store" }).catch(() => null);
  if (answer?.ok && !(await answer.text()).includes(token)) reload();
};

// A connection may be dead without a sign, as after a night in standby. A page that nobody looks at
// need not know.
let asked = -1;
const ask = () => {
  if (document.hidden || socket?.readyState !== WebSocket.OPEN) {
    asked = -1;
  } else if (asked === heard) {
    const dead = socket;
    asked = -1;
    lost();
    dead.close();
  } else {
    asked = heard;
    socket.send("ping");
  }
};
setInterval(ask, 20000);

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  connect();
  ask();
});
// An open connection keeps a page out of the back/forward cache.
addEventListener("pagehide", () => {
  const open = socket;
  socket = null;
  isListening = false;
  clearTimeout(retry);
  open?.close();
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  leaving = false;
  connect();
});
const begin = () => {
  offerCopy();
  restore();
};
if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin, { once: true });
else begin();
connect();
