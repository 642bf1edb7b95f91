// The page works without this script: it saves the reloads, and shows what others pin up.

const list = document.querySelector(".notices");
const form = document.querySelector(".post");
const problem = document.querySelector(".problem");

async function call(path, options) {
  try {
    const response = await fetch(path, options);
    if (response.ok) return response;
    const { title, detail } = await response.json();
    problem.textContent = detail ?? title;
  } catch {
    problem.textContent = "The harbour office does not answer. Try again in a moment.";
  }
  problem.scrollIntoView({ block: "nearest" });
  return null;
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { author, text } = Object.fromEntries(new FormData(form));
  const response = await call("/api/notices", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ author, text }),
  });
  if (!response) return;
  problem.textContent = "";
  form.elements.text.value = "";
  await refresh();
});

list?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const id = new URL(event.target.action).pathname.split("/").at(-2);
  const response = await call(`/api/notices/${id}`, { method: "DELETE" });
  if (!response) return;
  problem.textContent = "";
  await refresh();
});

// The list as the server shows it now.
async function refresh() {
  const response = await call("/");
  if (!response) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  list.replaceChildren(...page.querySelector(".notices").children);
}

// The server says when the board has changed. When it restarts it says so (1012), and the page is
// connected again at once: the new code answers. Otherwise it comes back after a while.
function follow() {
  const socket = new WebSocket(new URL("/changes", location.href.replace(/^http/, "ws")));
  socket.onmessage = refresh;
  socket.onclose = ({ code }) => setTimeout(follow, code === 1012 ? 0 : 5000);
}
if (list) follow();

// The clock streams, one line a second, for as long as somebody listens.
const clock = document.querySelector(".clock");
let stream = null;
if (clock) clock.hidden = false;
clock?.addEventListener("click", () => {
  if (stream) {
    stream.close();
    stream = null;
    clock.textContent = "Start the harbour clock";
    return;
  }
  clock.textContent = "Asking for the time…";
  stream = new EventSource("/clock");
  stream.onmessage = ({ data }) => {
    clock.textContent = `${data.slice(11, 19)} UTC · stop`;
  };
});
