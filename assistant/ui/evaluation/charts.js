// Charts that come as SVG made by the program itself; labels within them are escaped there.
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".root");
  const parser = new DOMParser();
  root.replaceChildren(
    ...data.charts.map(([caption, svg]) => {
      const figure = document.createElement("figure");
      const title = document.createElement("figcaption");
      title.textContent = caption;
      figure.append(title, document.importNode(parser.parseFromString(svg, "image/svg+xml").documentElement, true));
      return figure;
    }),
  );
}
