const rows = [...document.querySelectorAll("details.row")];
const wanted = ["stage", "kind", "lang", "text"].map((id) => document.getElementById(id));
const [stage, kind, lang, text] = wanted;
function show() {
  const words = text.value.toLowerCase();
  let shown = 0;
  for (const row of rows) {
    const data = row.dataset;
    const fits = (!stage.value || data.stage === stage.value) && (!kind.value || data.kind === kind.value) &&
      (!lang.value || data.lang === lang.value) && (!words || row.textContent.toLowerCase().includes(words));
    row.hidden = !fits;
    shown += fits;
  }
  document.getElementById("count").value = `${shown} / ${rows.length}`;
}
for (const field of wanted) field.addEventListener("input", show);
show();
