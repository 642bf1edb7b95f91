// The page works without this script: it only saves the reloads.

const list = document.querySelector(".notices");
const form = document.querySelector(".post");
const problem = document.querySelector(".problem");
const template = document.querySelector("#notice");

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
  const notice = await response.json();
  const item = template.content.cloneNode(true);
  item.querySelector("p").textContent = notice.text;
  item.querySelector("cite").textContent = notice.author;
  item.querySelector("time").textContent = "just now";
  item.querySelector("time").dateTime = notice.posted;
  item.querySelector("form").action = `/notices/${notice.id}/remove`;
  list.querySelector(".empty")?.remove();
  list.prepend(item);
  problem.textContent = "";
  form.elements.text.value = "";
});

list?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const id = new URL(event.target.action).pathname.split("/").at(-2);
  const response = await call(`/api/notices/${id}`, { method: "DELETE" });
  if (!response) return;
  event.target.closest("li").remove();
  if (list.children.length === 0) location.reload();
  problem.textContent = "";
});

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
