(() => {
  "use strict";
  const data = window.sensesData;
  const places = JSON.parse(document.getElementById("map-data").textContent);
  const el = (id) => document.getElementById("v-" + id);
  const SIDE = 1000, REACH = 18;
  const concordance = document.getElementById("c-table") ? "" : "mentions.html";
  const rows = data.mentions, readable = window.readable(data.tex);
  const canvas = el("canvas"), pen = canvas.getContext("2d");
  const view = { zoom: 1, x: SIDE / 2, y: SIDE / 2 };
  let shown = rows.map(() => true), chosen = -1, pinned = false, sprites = [], colours = {};

  // --- drawing -----------------------------------------------------------------------------------------------------
  const scale = () => (Math.min(canvas.clientWidth, canvas.clientHeight) - 40) / SIDE * view.zoom;
  const spread = () => Math.max(1, (canvas.clientWidth - 40) / Math.max(1, canvas.clientHeight - 40)); // use a wide canvas
  const toX = (i) => canvas.clientWidth / 2 + (places.x[i] - view.x) * scale() * spread();
  const toY = (i) => canvas.clientHeight / 2 + (places.y[i] - view.y) * scale();
  const size = () => (rows.length > 3000 ? 4 : rows.length > 600 ? 5 : 7) * Math.min(1.8, Math.sqrt(Math.sqrt(view.zoom)) );

  function prepare() {
    const style = getComputedStyle(document.documentElement);
    colours = { ground: style.getPropertyValue("--ground"), text: style.getPropertyValue("--text"), line: style.getPropertyValue("--line") };
    const ratio = window.devicePixelRatio || 1, radius = size(), box = Math.ceil((radius + 2) * 2);
    sprites = data.senses.map((sense) => {
      const sprite = document.createElement("canvas");
      sprite.width = sprite.height = box * ratio;
      const p = sprite.getContext("2d");
      p.scale(ratio, ratio);
      p.translate(box / 2, box / 2);
      p.scale(radius, radius);
      const path = new Path2D(sense.path);
      p.fillStyle = sense.colour;
      p.strokeStyle = colours.text;
      p.lineWidth = 0.14;
      p.fill(path);
      p.stroke(path);
      return sprite;
    });
    return box;
  }
  let due = false, seen = false; // nothing is drawn before somebody can see it
  function draw() {
    if (due || !seen) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      const box = prepare();
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, height);
      pen.fillStyle = colours.line;
      for (let i = 0; i < rows.length; i++) if (!shown[i]) pen.fillRect(toX(i) - 1, toY(i) - 1, 2, 2);
      for (let i = 0; i < rows.length; i++) {
        if (!shown[i]) continue;
        const x = toX(i), y = toY(i);
        if (x < -box || y < -box || x > width + box || y > height + box) continue;
        pen.drawImage(sprites[rows[i].sense.number], x - box / 2, y - box / 2, box, box);
      }
      if (chosen >= 0) {
        pen.strokeStyle = colours.ground;
        pen.lineWidth = 6;
        ring();
        pen.strokeStyle = colours.text;
        pen.lineWidth = 3;
        ring();
      }
      canvas.classList.toggle("zoomed", view.zoom > 1);
    });
  }
  function ring() {
    pen.beginPath();
    pen.arc(toX(chosen), toY(chosen), size() + 5, 0, 2 * Math.PI);
    pen.stroke();
  }

  // --- choosing a mention ------------------------------------------------------------------------------------------
  function choose(i) {
    if (i === chosen) return;
    chosen = i;
    draw();
    if (i < 0) return el("card").replaceChildren(make("p", { class: "quiet" }, "No mention chosen."));
    const row = rows[i], { id, title, url, year, venue, authors } = row.paper;
    const about = [authors, year, venue].filter((part) => part !== null && part !== "").join(", ");
    const reading = [`${row.said || row.sense.name}, confidence ${probability(row.above || row.confidence)}`, row.above ? "" : row.state, row.stance && `stance: ${data.past[row.stance] ?? row.stance}`];
    el("card").replaceChildren(
      make("blockquote", {}, ...markedSentence(row, readable)),
      make("p", {}, make("strong", {}, reading.filter(Boolean).join("; "))),
      make("p", {}, ...(url ? [make("a", { href: url }, ...readable(title || id))] : readable(title || id)), row.field === "title" ? " (in its title)" : ""),
      ...(about ? [make("p", { class: "quiet" }, about)] : []),
      make("p", {}, make("a", { href: `${concordance}#${row.anchor}` }, "In the concordance")));
  }
  function remember() { // so that the way back from the concordance leads to the same mention
    try { history.replaceState(null, "", chosen < 0 ? "#v-map" : "#v-" + rows[chosen].anchor); } catch { /* some viewers forbid it */ }
  }
  function follow() {
    const i = rows.findIndex((row) => location.hash === "#v-" + row.anchor);
    if (i < 0) return;
    pinned = true;
    choose(i);
    keepInView();
    canvas.scrollIntoView({ block: "center" });
    canvas.focus({ preventScroll: true });
  }
  function nearest(x, y) {
    let best = -1, least = REACH * REACH;
    for (let i = 0; i < rows.length; i++) {
      if (!shown[i]) continue;
      const d = (toX(i) - x) ** 2 + (toY(i) - y) ** 2;
      if (d < least) [best, least] = [i, d];
    }
    return best;
  }
  function step(dx, dy) {
    if (chosen < 0 || !shown[chosen]) {
      let best = -1, least = Infinity;
      for (let i = 0; i < rows.length; i++) {
        const d = (toX(i) - canvas.clientWidth / 2) ** 2 + (toY(i) - canvas.clientHeight / 2) ** 2;
        if (shown[i] && d < least) [best, least] = [i, d];
      }
      return best;
    }
    const x = toX(chosen), y = toY(chosen);
    let best = chosen, least = Infinity;
    for (let i = 0; i < rows.length; i++) {
      if (!shown[i] || i === chosen) continue;
      const ahead = (toX(i) - x) * dx + (toY(i) - y) * dy, aside = Math.abs((toX(i) - x) * dy) + Math.abs((toY(i) - y) * dx);
      // points in one place: the later one lies "right", the earlier one "left", so that none is out of reach
      const same = ahead === 0 && aside === 0 && (dx + dy > 0 ? i > chosen : i < chosen);
      if (!same && (ahead <= 0 || aside > 2 * ahead)) continue;
      const cost = ahead + 2 * aside + (same ? Math.abs(i - chosen) / rows.length / 10 : 0);
      if (cost < least) [best, least] = [i, cost];
    }
    return best;
  }
  function keepInView() {
    if (chosen < 0) return;
    const x = toX(chosen), y = toY(chosen);
    if (x < 20 || y < 20 || x > canvas.clientWidth - 20 || y > canvas.clientHeight - 20) [view.x, view.y] = [places.x[chosen], places.y[chosen]];
    draw();
  }
  function zoom(factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    const before = scale();
    view.zoom = Math.min(40, Math.max(1, view.zoom * factor));
    const change = 1 / before - 1 / scale();
    view.x += (x - canvas.clientWidth / 2) * change / spread();
    view.y += (y - canvas.clientHeight / 2) * change;
    if (view.zoom === 1) view.x = view.y = SIDE / 2;
    draw();
  }

  // --- filters -----------------------------------------------------------------------------------------------------
  const boxes = [...document.querySelectorAll('#v-form [name="sense"]')];
  const years = [...new Set(data.papers.map((paper) => paper.year))].filter((y) => y !== null).sort((a, b) => a - b);
  const [firstYear] = years, lastYear = years.at(-1);
  function filter() {
    const words = soughtWords(el("q").value);
    const senses = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.value)));
    const stance = el("stance") ? el("stance").value : "";
    const [from, to] = years.length ? [Number(el("from").value), Number(el("to").value)].sort((a, b) => a - b) : [0, 0];
    const allYears = !years.length || (from === firstYear && to === lastYear);
    const counts = data.senses.map(() => 0);
    shown = rows.map((row) => {
      const year = row.paper.year, number = row.sense.number;
      const fits = (!stance || row.stance === stance) && (allYears || (year !== null && year >= from && year <= to)) &&
        contains(row, words);
      if (fits) counts[number]++;
      return fits && senses.has(number);
    });
    boxes.forEach((box, i) => { box.parentElement.querySelector(".n").textContent = counts[i].toLocaleString("en"); });
    const n = shown.filter(Boolean).length;
    el("count").textContent = `${n.toLocaleString("en")} of ${rows.length.toLocaleString("en")} mentions shown`;
    if (chosen >= 0 && !shown[chosen]) { pinned = false; choose(-1); }
    draw();
  }
  function setYears() {
    if (!years.length) return;
    el("from").value = firstYear;
    el("to").value = lastYear;
  }

  // --- listening ---------------------------------------------------------------------------------------------------
  const touches = new Map();
  let moved = 0, pinch = 0;
  const at = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  canvas.addEventListener("pointerdown", (event) => {
    touches.set(event.pointerId, at(event));
    moved = pinch = 0;
    if (event.pointerType === "mouse") canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event), last = touches.get(event.pointerId);
    if (!last) { if (!pinned) choose(nearest(x, y)); return; }
    touches.set(event.pointerId, [x, y]);
    if (touches.size === 2) {
      const [[ax, ay], [bx, by]] = touches.values(), apart = Math.hypot(ax - bx, ay - by);
      if (pinch) zoom(apart / pinch, (ax + bx) / 2, (ay + by) / 2);
      pinch = apart;
      moved = Infinity;
    } else {
      const [lastX, lastY] = last;
      moved += Math.hypot(x - lastX, y - lastY);
      if (view.zoom > 1) {
        view.x -= (x - lastX) / scale() / spread();
        view.y -= (y - lastY) / scale();
        draw();
      }
    }
  });
  function lift(event) {
    const known = touches.delete(event.pointerId);
    if (event.type !== "pointerup" || !known || moved > 6) return;
    const i = nearest(...at(event));
    pinned = i >= 0;
    choose(i);
    remember();
    if (event.pointerType !== "mouse") el("card").scrollIntoView({ block: "nearest" }); // it may lie below the map
  }
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, lift);
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), ...at(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) { pinned = true; choose(step(...way)); keepInView(); }
    else if (event.key === "Enter" && chosen >= 0) { remember(); location.href = `${concordance}#${rows[chosen].anchor}`; }
    else if (event.key === "Escape") { pinned = false; choose(-1); }
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") zoom(1e-9);
    else return;
    event.preventDefault();
  });
  el("card").addEventListener("click", remember);
  window.addEventListener("hashchange", follow);
  el("in").addEventListener("click", () => zoom(1.5));
  el("out").addEventListener("click", () => zoom(1 / 1.5));
  el("home").addEventListener("click", () => zoom(1e-9));
  el("none").addEventListener("click", () => { for (const box of boxes) box.checked = false; filter(); });
  el("all").addEventListener("click", () => { for (const box of boxes) box.checked = true; filter(); });
  el("form").addEventListener("input", filter);
  el("form").addEventListener("submit", (event) => event.preventDefault());
  el("form").addEventListener("reset", () => setTimeout(() => { setYears(); filter(); }));
  new ResizeObserver(draw).observe(canvas);
  new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) { seen = true; draw(); } }).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  el("years").hidden = !years.length;
  for (const end of ["from", "to"]) for (const year of years) el(end).append(make("option", {}, String(year)));
  setYears();
  el("map").hidden = el("how").hidden = false;
  filter();
  follow();
})();
