(() => {
  "use strict";
  const data = window.sensesData;
  const el = (id) => document.getElementById("c-" + id);
  const PER_PAGE = 50;
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const rows = data.mentions, readable = window.readable(data.tex);
  const keys = {
    sentence: (a, b) => collator.compare(a.keyword + a.right, b.keyword + b.right),
    sense: (a, b) => a.sense.number - b.sense.number,
    confidence: (a, b) => a.confidence - b.confidence,
    stance: (a, b) => collator.compare(a.stance, b.stance),
    year: (a, b) => (a.paper.year ?? -Infinity) - (b.paper.year ?? -Infinity) || 0,
    paper: (a, b) => collator.compare(a.paper.title, b.paper.title),
  };
  const wordAt = (row, side, i) => contextOf(row, readable)[side][i] ?? "";
  for (const side of "LR") for (const i of [0, 1, 2]) keys[side + (i + 1)] = (a, b) => { // no word comes last
    const [one, two] = [wordAt(a, side, i), wordAt(b, side, i)];
    return one && two ? collator.compare(one, two) : !one - !two;
  };
  const values = { // what a mention has of each filter; of several values that are wanted it must have one
    sense: (row) => [row.sense.id, row.parent?.id], // a parent is sought as a sense is
    stance: (row) => row.stance,
    year: (row) => String(row.paper.year ?? "none"),
    mixed: (row) => String(row.paper.mixed),
    paper: (row) => row.paper.id,
    topic: (row) => row.topic,
  };
  let filters = new URLSearchParams(); // as in the address
  const wanted = (name) => filters.getAll(name).filter(Boolean);
  const state = { sort: "", down: false, page: 0, found: rows };
  const direction = (down) => (down ? "descending" : "ascending");
  const pages = () => Math.max(1, Math.ceil(state.found.length / PER_PAGE));

  function render(row) {
    const { sense, paper: { id, title, url, year, authors } } = row;
    const line = wanted("lines")[0] === "aligned" ? [alignedLine(row)] : markedSentence(row, readable);
    const text = make("td", { "data-label": "Sentence" }, ...line);
    if (row.field === "title") text.append(" ", make("small", {}, "(title)"));
    text.append("\u00a0", make("a", { class: "here", href: "#" + row.anchor, "aria-label": "Link to this mention" }, "#"));
    const confidence = make("td", { "data-label": "Confidence" }, probability(row.above || row.confidence));
    if (row.state && !row.above) confidence.append(" ", make("small", {}, row.state));
    const name = readable(title || id);
    const source = make("td", { "data-label": "Paper" }, ...(url ? [make("a", { href: url }, ...name)] : name));
    if (authors) source.append(" ", make("small", {}, authors));
    const cells = [text, make("td", { "data-label": "Sense" }, make("span", { class: "sense" }, marker("marker-" + sense.number), row.said || sense.name), ...(row.said ? [" ", make("small", {}, "perhaps " + sense.name)] : [])), confidence];
    if (data.stances.length) cells.push(make("td", { "data-label": "Stance" }, data.past[row.stance] ?? row.stance));
    cells.push(make("td", { "data-label": "Year" }, year === null ? "" : String(year)), source);
    return make("tr", { id: row.anchor, tabindex: "-1" }, ...cells);
  }

  function alignedLine(row) { // what is too long ends at the outer sides
    const left = make("span", { dir: "rtl" }, make("bdi", {}, ...readable(row.left.trimEnd())));
    return make("span", { class: "kwic" }, left, make("mark", {}, ...readable(row.keyword)), make("span", {}, ...readable(row.right)));
  }

  function byContext() { // a test of a mention by the words on its sides
    const sides = [["L", "left"], ["R", "right"]].filter(([, name]) => wanted(name).length);
    const [within] = wanted("within"), span = within === "all" ? Infinity : Number(within) || 5;
    const tests = sides.map(([side, name]) => [side, contextTest(wanted(name).join(" "))]);
    return (row) => tests.every(([side, test]) => test(contextOf(row, readable)[side].slice(0, span)));
  }
  function order() { // of two mentions: the chosen one, then the other chosen one, then words further out
    const sign = state.down ? -1 : 1, [then] = wanted("then");
    const out = /^[LR]/.test(state.sort) ? [2, 3].filter((n) => n > state.sort[1]).map((n) => keys[state.sort[0] + n]) : [];
    const more = [...(then in keys ? [keys[then]] : []), ...out];
    return (a, b) => sign * (keys[state.sort]?.(a, b) ?? 0) || more.reduce((found, key) => found || key(a, b), 0);
  }
  function select() {
    const words = soughtWords(wanted("q").join(" "));
    const tests = Object.entries(values).map(([name, of]) => [of, new Set(wanted(name))]).filter(([, set]) => set.size);
    const fits = byContext();
    state.found = rows.filter((row) => tests.every(([of, set]) => [of(row)].flat().some((value) => set.has(value))) && contains(row, words) && fits(row));
    if (state.sort || wanted("then").length) state.found = state.found.slice().sort(order());
    state.page = 0;
  }
  const number = (n) => n.toLocaleString("en");
  const part = (n, all, thing) => `${n === all ? "" : `${number(n)} of `}${number(all)} ${thing}${all === 1 ? "" : "s"}`;
  function draw() {
    const n = state.found.length, papers = new Set(state.found.map((row) => row.paper)).size;
    const from = state.page * PER_PAGE, to = Math.min(n, from + PER_PAGE), last = pages();
    el("rows").replaceChildren(...state.found.slice(from, to).map(render));
    el("count").textContent = `${part(n, rows.length, "mention")} in ${part(papers, data.papers.length, "paper")}` +
      (last > 1 ? `; here ${number(from + 1)} to ${number(to)}, page ${number(state.page + 1)} of ${number(last)}` : "");
    el("table").classList.toggle("aligned", wanted("lines")[0] === "aligned");
    el("none").hidden = n > 0;
    el("frame").hidden = n === 0;
    el("pages").hidden = el("skip").hidden = el("printed").hidden = last === 1;
    el("page").value = state.page + 1;
    el("page").max = last;
    el("of").textContent = `of ${number(last)}`;
    // Not "disabled", which would take the focus from who has just pressed the button.
    for (const name of ["first", "back"]) el(name).setAttribute("aria-disabled", state.page === 0);
    for (const name of ["on", "last"]) el(name).setAttribute("aria-disabled", state.page === last - 1);
    el("sort").value = state.sort && `${state.sort} ${direction(state.down)}`;
    for (const head of document.querySelectorAll("#c-table th")) {
      const active = head.dataset.key === state.sort;
      if (active) head.setAttribute("aria-sort", direction(state.down));
      else head.removeAttribute("aria-sort");
    }
  }
  function refresh() { select(); draw(); }
  function turn(page) {
    state.page = Math.min(Math.max(Math.floor(page) || 0, 0), pages() - 1); // no number is the first page
    draw();
    remember();
    el("count").scrollIntoView({ block: "start", behavior: "instant" }); // the buttons stay in view
  }
  const controls = ["q", "sense", "stance", "year", "mixed", "left", "right", "within", "then", "lines"].map((name) => [name, el(name)]).filter(([, control]) => control);
  const SEVERAL = "\n"; // between the values of a choice that stands for several
  function showFilters() {
    for (const [name, control] of controls) {
      const value = wanted(name).join(SEVERAL);
      control.value = value;
      if (control.value === value || !control.options) continue; // else it is no choice yet
      const text = wanted(name).map((one) => [...control.options].find((option) => option.value === one)?.text ?? one).join(" or ");
      control.append(make("option", { value }, text));
      control.value = value;
    }
    el("only").replaceChildren(...["paper", "topic"].flatMap((name) => wanted(name).map((value) => only(name, value))));
    el("only").hidden = !el("only").children.length;
  }
  function only(name, value) { // a filter without a control: a button that says it and takes it away
    const title = name === "paper" ? data.papers.find((paper) => paper.id === value)?.title || value : value;
    const button = make("button", { type: "button" }, `Only the ${name} “`, ...readable(title), "” ", make("span", { "aria-hidden": "true" }, "✕"), make("span", { class: "visually-hidden" }, "(remove)"));
    button.addEventListener("click", () => { filters.delete(name, value); setFilters(filters); remember(); el("q").focus(); });
    return button;
  }
  function setFilters(chosen) { filters = chosen; showFilters(); refresh(); }
  function remember() { // so that the way back leads to the same page of the same selection
    const address = new URLSearchParams(filters);
    if (state.sort) address.set("sort", `${state.sort} ${direction(state.down)}`);
    if (state.page) address.set("page", state.page + 1);
    try { history.replaceState(null, "", "#" + (String(address) || "c-table")); } catch { /* some viewers forbid it */ }
  }
  function setSort(text) {
    const [key, order] = text.split(" ");
    [state.sort, state.down] = [key in keys ? key : "", order === direction(true)];
  }
  function follow() {
    let hash = location.hash.slice(1);
    try { hash = decodeURIComponent(hash); } catch { /* a stray percent sign stands for itself */ }
    if (hash.startsWith("m-")) {
      const place = () => state.found.findIndex((row) => row.anchor === hash);
      if (place() < 0) {
        if (!rows.some((row) => row.anchor === hash)) return;
        state.sort = "";
        setFilters(new URLSearchParams());
      }
      state.page = Math.floor(place() / PER_PAGE);
      draw();
      const target = document.getElementById(hash);
      target.classList.add("target");
      target.scrollIntoView({ block: "center" });
      target.focus({ preventScroll: true });
    } else if (/^\w+=/.test(location.hash.slice(1))) {
      const chosen = new URLSearchParams(location.hash.slice(1)), page = chosen.get("page");
      setSort(chosen.get("sort") ?? "");
      for (const name of ["sort", "page"]) chosen.delete(name);
      setFilters(chosen);
      if (page) turn(page - 1);
      else document.getElementById("c-form").scrollIntoView({ block: "start" });
    }
  }

  function cell(value) {
    let text = value === null ? "" : String(value);
    if (typeof value === "string" && /^[=+\-@\t\r']/.test(text)) text = "'" + text; // a spreadsheet would run it
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
  function download() {
    const lines = [["anchor", "paper_id", "title", "year", "field", "mention", "sentence", "sense", "parent", "confidence", "stance", "topic", "url"]];
    for (const row of state.found) {
      const { id, title, url, year } = row.paper;
      lines.push([row.anchor, id, title, year, row.field, row.keyword, row.sentence, row.sense.id, row.parent?.id ?? "", row.confidence, row.stance, row.topic, url]);
    }
    const blob = new Blob(["\ufeff" + lines.map((line) => line.map(cell).join(",")).join("\n") + "\n"], { type: "text/csv" });
    const link = make("a", { href: URL.createObjectURL(blob), download: "selected-mentions.csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const years = [...new Set(data.papers.map((paper) => paper.year))].filter((y) => y !== null).sort((a, b) => b - a);
  el("years").hidden = !years.length;
  for (const year of years) el("year").append(make("option", {}, String(year)));
  if (years.length && data.papers.some((paper) => paper.year === null)) el("year").append(make("option", { value: "none" }, "no year"));
  for (const head of document.querySelectorAll("#c-table th")) {
    for (const down of [false, true]) el("sort").append(make("option", { value: `${head.dataset.key} ${direction(down)}` }, `${head.textContent}, ${direction(down)}`));
    const button = make("button", { type: "button" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const key = head.dataset.key;
      state.down = state.sort === key ? !state.down : key === "confidence" || key === "year";
      state.sort = key;
      refresh();
      remember();
    });
  }
  let waiting;
  el("form").addEventListener("input", (event) => {
    clearTimeout(waiting);
    setSort(el("sort").value);
    for (const [name, control] of controls) {
      filters.delete(name);
      for (const value of control.value.split(SEVERAL).filter(Boolean)) filters.append(name, value);
    }
    waiting = setTimeout(() => { refresh(); remember(); }, event.target.type === "search" ? 150 : 0);
  });
  el("form").addEventListener("submit", (event) => event.preventDefault());
  el("form").addEventListener("reset", () => { state.sort = ""; setFilters(new URLSearchParams()); remember(); });
  el("clear").addEventListener("click", () => { el("form").reset(); el("q").focus(); });
  el("download").addEventListener("click", download);
  el("first").addEventListener("click", () => turn(0));
  el("back").addEventListener("click", () => turn(state.page - 1));
  el("on").addEventListener("click", () => turn(state.page + 1));
  el("last").addEventListener("click", () => turn(Infinity));
  el("skip").addEventListener("click", () => el("page").focus());
  el("page").addEventListener("change", () => turn(el("page").value - 1));
  window.addEventListener("hashchange", follow);
  el("form").hidden = false;
  refresh();
  follow();
})();
