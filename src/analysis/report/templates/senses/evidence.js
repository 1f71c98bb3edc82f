(() => {
  "use strict";
  const A_PART = 50; // rows drawn at a time
  const el = (id) => document.getElementById("e-" + id);
  const raw = JSON.parse(document.getElementById("evidence-data").textContent);
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const readable = window.readable(raw.tex);
  const senses = raw.senses.map((sense, number) => ({ ...sense, number }));
  const papers = rowsOf(raw.papers).map((paper) => ({ ...paper, characters: {} }));
  const rows = rowsOf(raw.rows).map((row) => ({ ...row, paper: papers[row.paper], sense: senses[row.sense], cells: {} }));
  for (const cell of rowsOf(raw.cells)) (rows[cell.row].cells[cell.column] ??= []).push(cell);
  function readSpans() { // half of the page's data, which only an opened abstract needs
    for (const paper of papers) paper.spans = [];
    for (const span of rowsOf(JSON.parse(document.getElementById("evidence-spans").textContent))) papers[span.paper].spans.push(span);
  }

  // Places count code points; strings of JavaScript count otherwise, so texts are cut as lists of characters.
  function cut(paper, field, start, end) {
    const characters = paper.characters[field] ??= [...paper[field]];
    return characters.slice(start, end).join("");
  }
  const textOf = (row, cell) => cell.text || cut(row.paper, cell.field, cell.start, cell.end);

  const placeOf = (cell) => `${cell.field}:${cell.start}-${cell.end}`;
  function addressOf(paper, place) {
    const address = new URLSearchParams({ "e-paper": paper.id });
    if (place) address.set("at", place);
    return "#" + address;
  }
  const separated = (items) => items.flatMap((item, i) => (i ? ["; ", ...item] : item));
  const empty = (column) => [make("span", { class: "quiet" }, raw.empty[column])];
  function spans(row, column) {
    const cells = row.cells[column] ?? [];
    if (!cells.length) return empty(column);
    return separated(cells.map((cell) => {
      const text = readable(textOf(row, cell));
      return cell.field ? [make("a", { class: "span", href: addressOf(row.paper, placeOf(cell)) }, ...text)] : [...text, " *"];
    }));
  }
  function links(row) {
    const cells = row.cells.links ?? [];
    if (!cells.length) return empty("links");
    return separated(cells.map((cell) => {
      const text = textOf(row, cell);
      return [/^https?:/.test(cell.name) ? make("a", { href: cell.name }, text) : text];
    }));
  }
  const part = (label, shown) => make("p", {}, make("b", {}, label), " ", ...shown);
  function render(row) {
    const name = make("a", { href: addressOf(row.paper) }, ...readable(row.paper.citation));
    const sure = `${row.doubt ? `${row.doubt}, ` : ""}confidence ${probability(row.confidence)}`;
    const stance = row.stance ? [raw.past[row.stance] ?? row.stance] : empty("stance");
    const columns = [
      ["Paper", [name, make("p", {}, make("span", { class: "sense" }, marker("e-marker-" + row.sense.number), row.sense.name)), make("small", {}, sure)]],
      ["Which bias", [...spans(row, "kinds"), part("in", spans(row, "has_it"))]],
      ["What is done", [...stance, part("own work", spans(row, "own")), part("problem", spans(row, "problem"))]],
      ["With what, on what", ["methods", "materials", "metrics"].map((column) => part(column, spans(row, column)))],
      ["What came of it", [...spans(row, "result"), part("numbers", spans(row, "quantities")), part("links", links(row))]],
    ];
    return make("tr", {}, ...columns.map(([label, shown]) => make("td", { "data-label": label }, ...shown)));
  }

  const values = {
    sense: (row) => [row.sense.id],
    stance: (row) => [row.stance],
    kinds: (row) => namesOf(row, "kinds"),
    methods: (row) => namesOf(row, "methods"),
    materials: (row) => namesOf(row, "materials"),
  };
  const key = (name) => name.toLowerCase();
  const namesOf = (row, column) => (row.cells[column] ?? []).map((cell) => key(cell.name));
  const controls = ["q", ...Object.keys(values)].map((name) => [name, el(name)]).filter(([, control]) => control);
  const wanted = () => new URLSearchParams(controls.map(([name, control]) => ["e-" + name, control.value]).filter(([, value]) => value));
  const number = (n) => n.toLocaleString("en");
  let found = rows, drawn = 0;

  function fill(column) { // the names of a column, the commonest first
    const counts = new Map(), shown = new Map();
    for (const row of rows) for (const cell of row.cells[column] ?? []) {
      const name = key(cell.name);
      if (!counts.has(name)) counts.set(name, new Set());
      counts.get(name).add(row.paper);
      shown.set(name, shown.get(name) ?? cell.name);
    }
    const names = [...counts].map(([name, of]) => [name, of.size]).sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
    for (const [name, n] of names) el(column).append(make("option", { value: name }, `${shown.get(name)} (${number(n)})`));
  }
  function contains(row, words) {
    const text = row.text ??= `${row.paper.title} ${row.paper.abstract} ${row.paper.citation}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }
  function select() {
    const chosen = wanted(), words = soughtWords(chosen.get("e-q") ?? "");
    const tests = Object.entries(values).map(([name, of]) => [chosen.get("e-" + name), of]).filter(([value]) => value);
    found = rows.filter((row) => tests.every(([value, of]) => of(row).includes(value)) && contains(row, words));
    drawn = 0;
    el("rows").replaceChildren();
    more();
    el("none").hidden = found.length > 0;
    el("table").hidden = found.length === 0;
  }
  function more() {
    el("rows").append(...found.slice(drawn, drawn + A_PART).map(render));
    drawn = Math.min(found.length, drawn + A_PART);
    const all = found.length === rows.length ? "" : ` of ${number(rows.length)}`;
    const part = drawn < found.length ? `, the first ${number(drawn)} shown` : "";
    el("count").textContent = `${number(found.length)}${all} row${rows.length === 1 ? "" : "s"} in ${number(new Set(found.map((row) => row.paper)).size)} papers${part}`;
    el("more").hidden = drawn === found.length;
  }
  function remember() {
    try { history.replaceState(null, "", "#" + (String(wanted()) || "e-table")); } catch { /* some viewers forbid it */ }
  }

  // The abstract with its roles, names, numbers and mentions. Layers may overlap, so the text is cut at all their ends.
  function pieces(paper, field, start, end, place) {
    const inside = paper.spans.filter((span) => span.what !== "sentence" && span.field === field && span.start < end && span.end > start);
    const layers = place?.field === field ? [...inside, { ...place, what: "sought", name: "", note: "" }] : inside;
    const cuts = [...new Set([start, end, ...layers.flatMap((span) => [span.start, span.end]).filter((at) => at > start && at < end)])].sort((a, b) => a - b);
    return cuts.slice(1).flatMap((to, i) => {
      const from = cuts[i], around = layers.filter((span) => span.start <= from && to <= span.end);
      let nodes = readable(cut(paper, field, from, to));
      for (const span of around) nodes = [wrapped(span, nodes)];
      const tags = around.filter((span) => span.what === "mention" && span.end === to).map((span) => make("sub", {}, " " + span.name));
      return [...nodes, ...tags];
    });
  }
  function wrapped(span, nodes) {
    if (span.what === "sought") return make("span", { class: "sought" }, ...nodes);
    if (span.what === "link") return span.note ? make("a", { href: span.note }, ...nodes) : make("span", {}, ...nodes);
    if (span.what === "mention") return make("a", { class: "mention", href: (document.body.classList.contains("one-file") ? "#" : "mentions.html#") + span.note, style: `--sense: ${senses.find((sense) => sense.id === span.name)?.colour ?? "currentColor"}` }, ...nodes);
    return make("span", { class: `${span.what} ${span.name}`, title: span.note ? `${span.name}: ${span.note}` : span.name }, ...nodes);
  }
  function marked(paper, field, place) {
    const sentences = paper.spans.filter((span) => span.what === "sentence" && span.field === field).sort((a, b) => a.start - b.start);
    const nodes = [], length = [...paper[field]].length;
    let at = 0, role = "";
    for (const one of sentences) {
      if (one.start > at) nodes.push(...pieces(paper, field, at, one.start, place));
      if (one.name !== role) nodes.push(make("small", { class: "role" }, one.name), " ");
      nodes.push(make("span", { class: `sentence ${one.name}` }, ...pieces(paper, field, one.start, one.end, place)));
      [at, role] = [one.end, one.name];
    }
    if (at < length) nodes.push(...pieces(paper, field, at, length, place));
    return nodes;
  }
  function show(paper, at) {
    if (!paper.spans) readSpans();
    const [, field, start, end] = /^(title|abstract):(\d+)-(\d+)$/.exec(at ?? "") ?? [];
    const place = field && { field, start: Number(start), end: Number(end) };
    el("title").replaceChildren(...marked(paper, "title", place));
    el("source").replaceChildren(paper.citation, " ", ...(paper.url ? [make("a", { href: paper.url }, "The paper")] : []));
    el("abstract").replaceChildren(...(paper.abstract ? marked(paper, "abstract", place) : ["It has no abstract."]));
    if (!el("card").open) el("card").showModal();
    el("card").querySelector(".sought")?.scrollIntoView({ block: "center" });
  }
  function follow() {
    if (!/^#(e-|$)/.test(location.hash || "#")) return; // of another page, in a report that is one file
    const chosen = new URLSearchParams(location.hash.slice(1)), id = chosen.get("e-paper");
    const paper = id !== null && papers.find((one) => one.id === id);
    if (paper) { show(paper, chosen.get("at")); return; }
    if (el("card").open) el("card").close();
    for (const [name, control] of controls) control.value = chosen.get("e-" + name) ?? "";
    select();
  }

  for (const column of ["kinds", "methods", "materials"]) fill(column);
  let waiting;
  el("form").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { select(); remember(); }, event.target.id === "e-q" ? 150 : 0);
  });
  el("form").addEventListener("submit", (event) => event.preventDefault());
  el("form").addEventListener("reset", () => setTimeout(() => { select(); remember(); }));
  el("clear").addEventListener("click", () => { el("form").reset(); el("q").focus(); });
  el("more").addEventListener("click", more);
  el("close").addEventListener("click", () => el("card").close());
  el("card").addEventListener("close", remember); // the address is that of the selection again
  window.addEventListener("hashchange", follow);
  el("form").hidden = false;
  select();
  follow();
})();
