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

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  const text = JSON.stringify(data);
  if (root.dataset.json === text) return;
  root.dataset.json = text;
  const focused = parentElement.activeElement?.dataset?.number;
  const list = make("ul");
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
    button.append(make("span", "name", name), make("span", "detail", detail));
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
  if (focused) root.querySelector(`[data-number="${focused}"]`)?.focus();
}
