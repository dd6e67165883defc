// Documents, or the sections of one, as a tree of buttons; arrow keys move, Enter chooses.
// Every text from outside is set as textContent; nothing here parses markup.

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const move = (root, from, step) => {
  const items = [...root.querySelectorAll("button")];
  items[items.indexOf(from) + step]?.focus();
};

// The list where it stood before it was drawn anew, moved only as far as shows what is chosen.
const scroll = (list, before) => {
  list.scrollTop = before;
  const chosen = list.querySelector('[aria-selected="true"]');
  if (!chosen) return;
  const { offsetTop: top, offsetHeight: height } = chosen;
  list.scrollTop = Math.max(Math.min(list.scrollTop, top), top + height - list.clientHeight);
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  const text = JSON.stringify(data);
  if (root.dataset.json === text) return;
  root.dataset.json = text;
  const focused = parentElement.activeElement?.dataset?.number;
  const before = root.querySelector("ul")?.scrollTop ?? 0;
  const list = make("ul", data.below ? "below" : "");
  list.setAttribute("role", "tree");
  list.setAttribute("aria-label", data.label);
  for (const { number, name, level, detail } of data.items) {
    const item = make("li");
    item.setAttribute("role", "none");
    const button = make("button");
    button.type = "button";
    button.dataset.number = String(number);
    button.setAttribute("role", "treeitem");
    button.setAttribute("aria-level", String(level));
    button.setAttribute("aria-selected", String(number === data.chosen));
    button.style.paddingLeft = `${0.6 + (level - 1) * 0.9}rem`;
    button.append(make("span", "name", name));
    if (detail) button.append(make("span", "detail", detail));
    button.addEventListener("click", () => setTriggerValue("choose", number));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      move(root, button, step);
    });
    item.append(button);
    list.append(item);
  }
  root.replaceChildren(list);
  scroll(list, before);
  if (focused) root.querySelector(`[data-number="${focused}"]`)?.focus({ preventScroll: true });
}
