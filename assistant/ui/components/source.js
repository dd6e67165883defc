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

const body = (data) => {
  const box = make("div", "body");
  box.tabIndex = 0;
  box.setAttribute("role", "document");
  box.setAttribute("aria-label", data.heading);
  if (data.cut_before) box.append(make("span", "cut", `${data.labels.cut}\n\n`));
  let mark = null;
  for (const [text, kind] of data.segments) {
    if (!kind) {
      mark = null;
      box.append(text);
      continue;
    }
    if (!mark) {
      mark = make("mark");
      box.append(mark);
    }
    mark.append(kind === "key" ? make("strong", "", text) : text);
  }
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

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  const text = JSON.stringify(data);
  const first = !root.dataset.json;
  const close = () => {
    setTriggerValue("close", true);
    const { turn, kind, index } = data;
    document.dispatchEvent(new CustomEvent("source-closed", { detail: { turn, kind, index } }));
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
  }
  const onKey = (event) => data.closes && event.key === "Escape" && close();
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
