// The source panel: a whole section with the quote marked and scrolled into view.
// Every text from outside is set as textContent; nothing here parses markup.

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const SHAPES = { previous: "M15 5l-7 7 7 7", next: "M9 5l7 7-7 7", close: "M6 6l12 12M18 6L6 18" };

const icon = (name, label, act, enabled = true) => {
  const button = make("button", "icon");
  button.type = "button";
  button.dataset.act = name;
  button.disabled = !enabled;
  button.title = label;
  button.setAttribute("aria-label", label);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  button.append(svg);
  button.addEventListener("click", act);
  return button;
};

const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = make("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
};

// Puts the text into the box. Pieces of another kind than text say where a table begins, a cell, a row, and
// where it ends; their own characters are kept, unseen, so that what the box holds is the text itself.
const fill = (box, segments) => {
  let into = box;
  let mark = null;
  const cell = (row) => {
    into = row.appendChild(make("td"));
  };
  const row = (table) => cell(table.appendChild(make("tr")));
  const steps = {
    table: () => row(box.appendChild(make("table"))),
    cell: () => cell(into.parentNode),
    row: () => row(into.parentNode.parentNode),
    end: () => {
      into = box;
    },
  };
  for (const [text, kind] of segments) {
    if (steps[kind]) {
      if (text) into.appendChild(make("span", "", text)).hidden = true;
      steps[kind]();
      mark = null;
    } else if (kind) {
      mark ??= into.appendChild(make("mark"));
      mark.append(kind === "key" ? make("strong", "", text) : text);
    } else {
      mark = null;
      into.append(text);
    }
  }
};

const body = (data) => {
  const box = make("div", "body");
  box.tabIndex = 0;
  box.setAttribute("role", "document");
  box.setAttribute("aria-label", data.heading);
  if (data.cut_before) box.append(make("span", "cut", `${data.labels.cut}\n\n`));
  fill(box, data.segments);
  if (data.cut_after) box.append(make("span", "cut", `\n\n${data.labels.cut}`));
  return box;
};

const header = (data, go, close) => {
  const box = make("header");
  const top = make("div", "top");
  top.append(
    make("span", "count", data.count),
    icon("previous", data.labels.previous, () => go(-1), data.previous),
    icon("next", data.labels.next, () => go(1), data.next),
  );
  if (data.closes) top.append(icon("close", data.labels.close, close));
  const heading = make("h2", "", data.heading);
  heading.tabIndex = -1;
  box.append(top, heading, make("p", "path", data.path));
  return box;
};

const footer = (data) => {
  const box = make("footer");
  const button = make("button", "copy", data.labels.copy);
  button.type = "button";
  const said = make("span", "quiet", "");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await copied(data.reference);
    said.textContent = data.labels.copied;
  });
  box.append(button, said);
  return box;
};

const render = (root, data, go, close) => {
  const parts = [header(data, go, close)];
  if (data.message) parts.push(make("p", "message", data.message));
  if (data.segments.length) parts.push(body(data));
  if (data.reference) parts.push(footer(data));
  root.replaceChildren(...parts);
  const mark = (!data.closes && root.querySelector("mark strong")) || root.querySelector("mark");
  const area = root.querySelector(".body");
  if (mark && area) {
    const offset = mark.getBoundingClientRect().top - area.getBoundingClientRect().top;
    area.scrollTop += offset - Math.min(area.clientHeight / 4, 120);
  }
};

const tell = (name, { turn, kind, index }) =>
  document.dispatchEvent(new CustomEvent(name, { detail: { turn, kind, index } }));

// A text was chosen in a list: it is brought into view where little of it can be seen, as on a phone.
const follow = (root, data) => {
  const before = Number(root.dataset.choice || 0);
  if (data.choice) root.dataset.choice = String(data.choice);
  if (!before || data.choice <= before) return;
  requestAnimationFrame(() => {
    const { top, bottom, height } = root.getBoundingClientRect();
    const seen = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
    if (seen < Math.min(height, window.innerHeight) / 3) root.scrollIntoView({ block: "start" });
  });
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  const text = JSON.stringify(data);
  const first = !root.dataset.json;
  const close = () => {
    setTriggerValue("close", true);
    tell("source-closed", data);
  };
  if (root.dataset.json !== text) {
    const act = parentElement.activeElement?.dataset?.act;
    root.dataset.json = text;
    root.setAttribute("role", "region");
    root.setAttribute("aria-label", data.labels.panel);
    render(root, data, (step) => setTriggerValue("go", step), close);
    const again = act && root.querySelector(`[data-act="${act}"]:not(:disabled)`);
    const target = again || (first && data.closes ? root.querySelector("h2") : null);
    target?.focus({ preventScroll: true });
    if (data.closes) tell("source-opened", data);
    follow(root, data);
  }
  const onKey = (event) => data.closes && event.key === "Escape" && close();
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
