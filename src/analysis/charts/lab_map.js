// The map of the mentions in JupyterLab. The kernel keeps what is selected and how the map is coloured; all text is set
// as text, never as HTML.
const REACH = 18; // pixels around a mention that count as on it
const NEAR_ZERO = 1e-9;
const MANY = 200; // selected mentions that have rings; more of them would be a blot, and all others are faint
const SVG = "http://www.w3.org/2000/svg";

function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== false) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function numbers(view) {
  return new Uint16Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function inside(x, y, line) { // even-odd rule
  let odd = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [ax, ay] = line[i], [bx, by] = line[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

function render({ model, el }) {
  const SIDE = model.get("_side"), x = numbers(model.get("_x")), y = numbers(model.get("_y")), n = x.length;
  const view = { zoom: 1, x: SIDE / 2, y: SIDE / 2 };
  let groups = [], looks = [], selected = new Set(), near = [], chosen = -1, pinned = false, lasso = null, moving = false;
  const texts = new Map();
  const count = (number) => number.toLocaleString("en");
  const mentions = (number) => `${count(number)} ${number === 1 ? "mention" : "mentions"}`;

  // --- what is there -------------------------------------------------------------------------------------------------
  const button = (text, act, attributes = {}) => {
    const made = make("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", act);
    return made;
  };
  const id = `senses-map-${Math.random().toString(36).slice(2)}`;
  const by = make("select", { id: `${id}-by` }, ...model.get("_choices").map((c) => make("option", { value: c }, c)));
  const labelled = make("input", { type: "checkbox", checked: "" });
  const drag = button("Move", () => { moving = !moving; drag.setAttribute("aria-pressed", moving); canvas.classList.toggle("moving", moving); }, { "aria-pressed": "false", title: "Dragging moves the map; otherwise it selects" });
  const bar = make("div", { class: "bar" },
    make("label", {}, "Colour by ", by), make("label", {}, labelled, " topics"), drag,
    button("+", () => zoom(1.5), { "aria-label": "Zoom in" }), button("\u2212", () => zoom(1 / 1.5), { "aria-label": "Zoom out" }),
    button("Whole map", () => zoom(NEAR_ZERO)), button("Clear", clear, { title: "Select nothing, ring nothing" }));
  const status = make("p", { role: "status", class: "status" });
  const canvas = make("canvas", { tabindex: "0", role: "application", "aria-label": `Map of ${mentions(n)} of \u201c${model.get("_term")}\u201d`, "aria-describedby": `${id}-help` });
  const card = make("div", { class: "card", "aria-live": "polite" });
  const legend = make("ul", { class: "legend", "aria-label": "Groups: choose one to select its mentions" });
  const help = make("p", { class: "help", id: `${id}-help` }, "Drag around mentions to select them; Shift adds. Click a mention, or a group of the legend, to select it. Keys on the map: arrows go from mention to mention, Space selects, N shows the nearest, + and \u2212 zoom, 0 shows all, Escape clears.");
  // Lumino, which JupyterLab is built on, leaves keys inside such an element alone.
  const root = make("div", { class: "senses-map", "data-lm-suppress-shortcuts": "true" },
    bar, make("div", { class: "area" }, canvas, make("div", { class: "side" }, legend, card)), status, help);
  el.append(root);
  const layer = make("canvas"); // the mentions, drawn once for many moves of the mouse
  let pen = null; // of the layer or of the canvas, whichever is drawn on

  // --- drawing -------------------------------------------------------------------------------------------------------
  let frame = { width: 0, height: 0, down: 1, across: 1 }; // of the canvas, and how many pixels a unit of the map is
  function measure() { // once for all mentions: each question about the size of an element is slow
    const width = canvas.clientWidth, height = canvas.clientHeight;
    const down = ((Math.min(width, height) - 40) / SIDE) * view.zoom;
    const spread = Math.max(1, (width - 40) / Math.max(1, height - 40)); // use a wide canvas
    frame = { width, height, down, across: down * spread };
  }
  const toX = (place) => frame.width / 2 + (place - view.x) * frame.across;
  const toY = (place) => frame.height / 2 + (place - view.y) * frame.down;
  const size = () => (n > 3000 ? 4 : n > 600 ? 5 : 7) * Math.min(1.8, view.zoom ** 0.25);

  function sprites(ratio, box, ink) {
    return looks.map((look) => {
      const sprite = make("canvas"), p = sprite.getContext("2d");
      sprite.width = sprite.height = box * ratio;
      p.scale(ratio, ratio);
      p.translate(box / 2, box / 2);
      p.scale(size(), size());
      const path = new Path2D(look.path);
      p.fillStyle = look.colour;
      p.strokeStyle = ink;
      p.lineWidth = 0.14;
      p.fill(path);
      p.stroke(path);
      return sprite;
    });
  }
  let due = false, stale = true;
  function draw(all = true) { // all: the mentions, too, not only the chosen one and the line around a selection
    stale ||= all;
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      measure();
      const ratio = window.devicePixelRatio || 1, { width, height } = frame;
      if (!width || !height) return;
      const style = getComputedStyle(root), ink = style.color, ground = style.getPropertyValue("--ground");
      if (stale) {
        for (const one of [layer, canvas]) {
          one.width = Math.round(width * ratio);
          one.height = Math.round(height * ratio);
        }
        pen = layer.getContext("2d");
        pen.setTransform(ratio, 0, 0, ratio, 0, 0);
        everything(ratio, ink, ground);
        stale = false;
      }
      pen = canvas.getContext("2d");
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(layer, 0, 0);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (chosen >= 0) { ring(chosen, size() + 8, ground, 6); ring(chosen, size() + 8, ink, 3); }
      if (lasso) outline(ink);
    });
  }
  function everything(ratio, ink, ground) {
    const box = Math.ceil((size() + 2) * 2), drawn = sprites(ratio, box, ink);
    const stamp = (i) => {
      const a = toX(x[i]), b = toY(y[i]);
      if (a < -box || b < -box || a > frame.width + box || b > frame.height + box) return;
      pen.drawImage(drawn[groups[i]], a - box / 2, b - box / 2, box, box);
    };
    pen.globalAlpha = selected.size || near.length ? 0.3 : 1;
    for (let i = 0; i < n; i++) if (!selected.has(i)) stamp(i);
    pen.globalAlpha = 1;
    for (const i of selected) { stamp(i); if (selected.size <= MANY) ring(i, size() + 2, ink, 1.5); }
    near.forEach((i, rank) => {
      stamp(i);
      ring(i, size() + 5, ground, 4);
      ring(i, size() + 5, ink, rank ? 1.5 : 3);
    });
    if (labelled.checked) topics(ink, ground);
    near.forEach((i, rank) => { if (rank) write(String(rank), toX(x[i]) + size() + 12, toY(y[i]) - size() - 4, ink, ground, "bold 12px"); });
  }
  function outline(ink) {
    pen.beginPath();
    lasso.line.forEach(([a, b], i) => (i ? pen.lineTo(a, b) : pen.moveTo(a, b)));
    pen.closePath();
    pen.setLineDash([5, 4]);
    pen.lineWidth = 1.5;
    pen.strokeStyle = ink;
    pen.stroke();
    pen.setLineDash([]);
  }
  function ring(i, radius, colour, width) {
    pen.beginPath();
    pen.arc(toX(x[i]), toY(y[i]), radius, 0, 2 * Math.PI);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
  }
  function write(text, a, b, ink, ground, font) {
    pen.font = `${font} ${getComputedStyle(root).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 4;
    pen.strokeStyle = ground;
    pen.strokeText(text, a, b);
    pen.fillStyle = ink;
    pen.fillText(text, a, b);
  }
  function topics(ink, ground) { // the largest first; one that would lie on another is left out until one zooms in
    const taken = [];
    pen.font = `600 12px ${getComputedStyle(root).fontFamily}`;
    for (const label of model.get("_labels")) {
      const half = pen.measureText(label.label).width / 2 + 4;
      const b = toY(label.y) - size() - 11, a = toX(label.x), fit = Math.max(half, Math.min(frame.width - half, a));
      if (a < 0 || a > frame.width || b < 10 || b > frame.height - 10) continue;
      if (taken.some(([c, d, h]) => Math.abs(c - fit) < h + half && Math.abs(d - b) < 18)) continue;
      taken.push([fit, b, half]);
      write(label.label, fit, b, ink, ground, "600 12px");
    }
  }

  // --- choosing and selecting ----------------------------------------------------------------------------------------
  function say() {
    const ringed = near.length > 1 ? ` The ${count(near.length - 1)} nearest of one are ringed and numbered.` : "";
    status.textContent = n ? `${count(selected.size)} of ${mentions(n)} selected.${ringed}` : "There is no mention to show.";
  }
  function select(rows, { add = false } = {}) {
    selected = new Set(add ? [...selected, ...rows] : rows);
    model.set("selected", [...selected].sort((a, b) => a - b));
    model.save_changes();
    say();
    draw();
  }
  function toggle(i) {
    if (selected.has(i)) select([...selected].filter((other) => other !== i));
    else select([i], { add: true });
  }
  function clear() {
    near = [];
    model.set("_near", []);
    pinned = false;
    choose(-1);
    select([]);
  }
  function choose(i) {
    if (i === chosen) return;
    chosen = i;
    if (i >= 0 && !texts.has(i)) model.send({ ask: "text", row: i });
    show();
    draw(false);
  }
  function show() {
    const text = texts.get(chosen);
    if (!text) return card.replaceChildren(make("p", {}, n ? (chosen < 0 ? "No mention chosen." : "\u2026") : ""));
    card.replaceChildren(
      make("blockquote", {}, text.left, make("mark", {}, text.mention), text.right),
      make("p", {}, make("strong", {}, text.reading)),
      make("p", {}, text.title, text.year ? ` (${text.year})` : ""),
      ...(text.topic ? [make("p", {}, text.topic)] : []),
      make("p", {}, button("Nearest mentions", () => nearest(text.row))));
  }
  function nearest(row) { model.send({ ask: "near", row }); }
  function at(a, b) {
    measure();
    let best = -1, least = REACH * REACH;
    for (let i = 0; i < n; i++) {
      const d = (toX(x[i]) - a) ** 2 + (toY(y[i]) - b) ** 2;
      if (d < least) [best, least] = [i, d];
    }
    return best;
  }
  function step(dx, dy) { // the next mention in that direction, rather ahead than aside
    measure();
    let best = chosen, least = Infinity;
    for (let i = 0; i < n; i++) {
      if (chosen < 0) {
        const d = (toX(x[i]) - frame.width / 2) ** 2 + (toY(y[i]) - frame.height / 2) ** 2;
        if (d < least) [best, least] = [i, d];
        continue;
      }
      if (i === chosen) continue;
      const a = toX(x[i]) - toX(x[chosen]), b = toY(y[i]) - toY(y[chosen]);
      const ahead = a * dx + b * dy, aside = Math.abs(a * dy) + Math.abs(b * dx);
      // mentions in one place: the later one lies "right", the earlier one "left", so that none is out of reach
      const same = ahead === 0 && aside === 0 && (dx + dy > 0 ? i > chosen : i < chosen);
      if (!same && (ahead <= 0 || aside > 2 * ahead)) continue;
      const cost = ahead + 2 * aside + (same ? Math.abs(i - chosen) / n / 10 : 0);
      if (cost < least) [best, least] = [i, cost];
    }
    return best;
  }
  function keepInView() {
    if (chosen < 0) return;
    const a = toX(x[chosen]), b = toY(y[chosen]);
    if (a > 20 && b > 20 && a < frame.width - 20 && b < frame.height - 20) return;
    [view.x, view.y] = [x[chosen], y[chosen]];
    draw();
  }
  function zoom(factor, a = frame.width / 2, b = frame.height / 2) {
    measure();
    const { across, down } = frame;
    view.zoom = Math.min(40, Math.max(1, view.zoom * factor));
    measure();
    view.x += (a - frame.width / 2) * (1 / across - 1 / frame.across);
    view.y += (b - frame.height / 2) * (1 / down - 1 / frame.down);
    if (view.zoom === 1) view.x = view.y = SIDE / 2;
    draw();
  }

  // --- listening -----------------------------------------------------------------------------------------------------
  const where = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  let last = null, went = 0;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    [last, went] = [where(event), 0];
    lasso = moving ? null : { line: [last], add: event.shiftKey };
  });
  canvas.addEventListener("pointermove", (event) => {
    const [a, b] = where(event);
    if (!last) { if (!pinned) choose(at(a, b)); return; }
    went += Math.hypot(a - last[0], b - last[1]);
    if (lasso) lasso.line.push([a, b]);
    else { view.x -= (a - last[0]) / frame.across; view.y -= (b - last[1]) / frame.down; }
    last = [a, b];
    draw(!lasso);
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!last) return;
    const done = lasso;
    [last, lasso] = [null, null];
    if (went < 6) {
      const i = at(...where(event));
      pinned = i >= 0;
      choose(i);
      if (i >= 0) toggle(i);
    } else if (done) {
      measure();
      const rows = [];
      for (let i = 0; i < n; i++) if (inside(toX(x[i]), toY(y[i]), done.line)) rows.push(i);
      select(rows, { add: done.add });
    }
    draw(false);
  });
  canvas.addEventListener("pointercancel", () => { [last, lasso] = [null, null]; draw(); });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), ...where(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (way) { pinned = true; choose(step(...way)); keepInView(); }
    else if (event.key === " ") { if (chosen >= 0) toggle(chosen); }
    else if (event.key === "n" || event.key === "N") { if (chosen >= 0) nearest(chosen); }
    else if (event.key === "Escape") clear();
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") zoom(NEAR_ZERO);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  by.addEventListener("change", () => { model.set("coloured_by", by.value); model.save_changes(); });
  labelled.addEventListener("change", () => draw());

  // --- what the kernel says ------------------------------------------------------------------------------------------
  function colour() {
    const given = numbers(model.get("_groups")), shown = model.get("_looks");
    if (given.length !== n || given.some((group) => group >= shown.length)) return; // the other half is on its way
    [groups, looks] = [given, shown];
    by.value = model.get("coloured_by");
    legend.replaceChildren(...looks.map((look, number) => {
      const marker = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
      marker.setAttribute("viewBox", "-1.1 -1.1 2.2 2.2");
      marker.setAttribute("aria-hidden", "true");
      for (const [key, value] of [["d", look.path], ["fill", look.colour], ["stroke", "currentColor"], ["stroke-width", ".12"]]) path.setAttribute(key, value);
      marker.append(path);
      const entry = button("", (event) => select([...groups.keys()].filter((i) => groups[i] === number), { add: event.shiftKey }), { title: `Select ${mentions(look.n)}` });
      entry.append(marker, `${look.name} `, make("small", {}, count(look.n)));
      return make("li", {}, entry);
    }));
    draw();
  }
  function follow() {
    selected = new Set(model.get("selected"));
    near = model.get("_near");
    say();
    draw();
  }
  function hear(message) { texts.set(message.row, message); if (message.row === chosen) show(); }
  const heard = [["change:_groups", colour], ["change:_looks", colour], ["change:selected", follow], ["change:_near", follow], ["msg:custom", hear]];
  for (const [event, act] of heard) model.on(event, act);
  const resized = new ResizeObserver(() => draw());
  resized.observe(canvas);
  const themed = new MutationObserver(() => draw()); // JupyterLab names its theme on the body
  themed.observe(document.body, { attributes: true });
  show();
  follow();
  colour();
  return () => {
    for (const [event, act] of heard) model.off(event, act);
    resized.disconnect();
    themed.disconnect();
  };
}

export default { render };
