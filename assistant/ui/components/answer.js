// One answer: lead lines, statements with citation chips, or a calm 'the documents do not say'.
// Every text from outside is set as textContent; nothing here parses markup.

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const piece = ([text, kind]) => (kind ? make("strong", "", text) : document.createTextNode(text));

// The pieces of a statement; its last word and the chips stay on one line.
const wording = (pieces, chips) => {
  const [text, kind] = pieces.at(-1) ?? ["", ""];
  const cut = text.trimEnd().lastIndexOf(" ") + 1;
  const end = make("span", "end");
  end.append(piece([text.slice(cut), kind]), ...chips);
  return [...pieces.slice(0, -1).map(piece), piece([text.slice(0, cut), kind]), end];
};

const place = (card, chip) => {
  const box = chip.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  const edge = Math.max(16, chip.getRootNode().host.getBoundingClientRect().left);
  const left = Math.min(Math.max(edge, box.left + box.width / 2 - width / 2), window.innerWidth - width - 16);
  const above = box.top - height - 8;
  card.style.left = `${left}px`;
  card.style.top = `${above > 8 ? above : box.bottom + 8}px`;
};

const fillCard = (card, citation) => {
  card.replaceChildren(make("div", "where", citation.where), make("div", "words", citation.quote));
};

const chipFor = (citation, index, isOpen, card, open) => {
  const chip = make("button", citation.stale ? "chip stale" : "chip", String(citation.n));
  chip.type = "button";
  chip.dataset.citation = String(index);
  chip.setAttribute("aria-label", citation.label);
  chip.setAttribute("aria-expanded", String(isOpen));
  const show = () => {
    fillCard(card, citation);
    card.showPopover();
    place(card, chip);
  };
  const hide = () => card.hidePopover();
  chip.addEventListener("mouseenter", show);
  chip.addEventListener("focus", () => chip.matches(":focus-visible") && show());
  chip.addEventListener("mouseleave", hide);
  chip.addEventListener("blur", hide);
  chip.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  chip.addEventListener("click", () => {
    hide();
    open("citations", index);
  });
  return chip;
};

const statement = (item, data, card, open) => {
  const isOpen = (index) => data.open?.kind === "citations" && data.open.index === index;
  const line = make("p");
  const chips = item.chips.map((index) => chipFor(data.citations[index], index, isOpen(index), card, open));
  line.append(...wording(item.pieces, chips));
  if (item.verdict) {
    const verdict = make("span", "verdict", item.verdict);
    verdict.title = item.reason;
    line.append(verdict);
  }
  if (item.translated) line.append(make("span", "translated", item.translated));
  return line;
};

// The original words beside a statement that is a translation of them.
const original = (quote) => {
  const holder = make("blockquote", "", quote.text);
  if (quote.original) holder.append(make("span", "original", quote.original));
  if (quote.lang) holder.lang = quote.lang;
  return holder;
};

const blocks = (data, card, open) =>
  data.blocks.map((block) => {
    if (block.kind === "lead") return make("p", "lead", block.text);
    const holder = make(block.kind === "quote" ? "blockquote" : "div");
    holder.append(
      ...block.items.flatMap((item) => [statement(item, data, card, open), ...item.originals.map(original)]),
    );
    if (block.original) holder.append(make("span", "original", block.original));
    if (block.lang) holder.lang = block.lang;
    return holder;
  });

const group = (title, ...content) => {
  const box = make("section", "group");
  box.append(make("h3", "", title), ...content);
  return box;
};

const nearest = (data, open) =>
  group(
    data.labels.nearest,
    ...data.nearest.map((citation, index) => {
      const button = make("button", "near");
      button.type = "button";
      button.dataset.nearest = String(index);
      button.append(make("span", "words", citation.quote), make("span", "where", citation.where));
      button.addEventListener("click", () => open("nearest", index));
      return button;
    }),
  );

const searched = (data) => {
  const list = make("ul", "bars");
  for (const row of data.searched) {
    const item = make("li");
    const name = make("span", "name");
    name.title = row.title;
    name.append(make("span", "", row.name));
    if (row.of) name.append(make("span", "of", row.of));
    const track = make("span", "track");
    const fill = make("span", "fill");
    fill.style.width = `${row.width}%`;
    track.append(fill);
    item.append(name, track, make("span", "figure", row.figure));
    list.append(item);
  }
  return group(data.labels.searched, list);
};

const status = (data, stop) => {
  const line = make("div", "status");
  line.setAttribute("role", "status");
  line.append(make("span", "dot"), make("span", "", data.status));
  if (data.labels.stop) {
    const button = make("button", "stop", data.labels.stop);
    button.type = "button";
    button.addEventListener("click", () => {
      button.disabled = true;
      stop();
    });
    line.append(button);
  }
  return line;
};

const question = (data) => {
  const bubble = make("div", "question");
  bubble.append(make("span", "hidden", data.labels.question), make("span", "asked", data.question));
  return bubble;
};

const problem = (text) => {
  const line = make("p", "problem", text);
  line.setAttribute("role", "alert");
  return line;
};

const render = (root, data, open, stop) => {
  const card = make("div", "card");
  card.popover = "manual";
  card.setAttribute("aria-hidden", "true");
  const parts = [];
  if (data.problem) parts.push(problem(data.problem));
  if (data.none) parts.push(make("p", "none", data.none));
  parts.push(...blocks(data, card, open));
  if (data.nearest.length) parts.push(nearest(data, open));
  if (data.searched.length) parts.push(searched(data));
  if (data.more) parts.push(make("p", "quiet more", data.more));
  if (data.note) parts.push(make("p", "quiet note", data.note));
  if (data.status) parts.push(status(data, stop));
  const reply = make("div", "reply");
  reply.setAttribute("role", "group");
  reply.setAttribute("aria-label", data.labels.answer);
  const shown = Number(root.dataset.shown || 0);
  parts.forEach((part, index) => index >= shown && part.style.setProperty("--i", String(index - shown)));
  parts.forEach((part, index) => part.classList.toggle("fresh", data.fresh && index >= shown));
  root.dataset.shown = String(parts.length - (data.status ? 1 : 0));
  reply.append(...parts);
  root.replaceChildren(question(data), reply, card);
};

// What a source was opened from: a chip, or one of the nearest passages.
const openerOf = (root, { kind, index }) =>
  root.querySelector(kind === "nearest" ? `[data-nearest="${index}"]` : `[data-citation="${index}"]`);

// The panel takes room from the chat: as much of the turn as fits stays in view, and what was clicked always.
const bringIntoView = (root, opener) =>
  requestAnimationFrame(() => {
    for (const part of [root, opener?.closest("p"), opener]) part?.scrollIntoView({ block: "nearest" });
  });

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  const text = JSON.stringify(data);
  if (root.dataset.json !== text) {
    const first = !root.dataset.json;
    const focused = parentElement.activeElement?.dataset;
    root.dataset.json = text;
    root.lang = data.lang;
    render(
      root,
      data,
      (kind, index) => setTriggerValue("open", { kind, index }),
      () => setTriggerValue("stop", true),
    );
    if (focused?.citation) root.querySelector(`[data-citation="${focused.citation}"]`)?.focus();
    if (first && data.fresh) root.dataset.live = "yes";
    if (root.dataset.live) root.scrollIntoView({ block: "start" });
    if (!data.status) delete root.dataset.live;
  }
  const told = (event) => {
    if (event.detail.turn !== data.turn) return;
    const opener = openerOf(root, event.detail);
    if (event.type === "source-closed") opener?.focus();
    else bringIntoView(root, opener);
  };
  document.addEventListener("source-opened", told);
  document.addEventListener("source-closed", told);
  return () => {
    document.removeEventListener("source-opened", told);
    document.removeEventListener("source-closed", told);
  };
}
