// Tables of plain text. Every text from outside is set as textContent; nothing here parses markup.

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const row = (cells, tag, figures) => {
  const line = make("tr");
  cells.forEach((text, index) => {
    const cell = make(tag, cells.length - index <= figures ? "figure" : "", text);
    if (tag === "th") cell.scope = "col";
    line.append(cell);
  });
  return line;
};

const table = ({ title, head, rows, figures }) => {
  const box = make("section");
  const grid = make("table");
  grid.append(make("caption", "", title));
  if (head.length) {
    const top = make("thead");
    top.append(row(head, "th", figures));
    grid.append(top);
  }
  const body = make("tbody");
  body.append(...rows.map((cells) => row(cells, "td", figures)));
  grid.append(body);
  const scroller = make("div", "scroller");
  scroller.append(grid);
  box.append(scroller);
  return box;
};

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".root");
  const text = JSON.stringify(data);
  if (root.dataset.json === text) return;
  root.dataset.json = text;
  root.replaceChildren(...data.tables.map(table));
}
