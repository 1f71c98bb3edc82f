// A confidence as in the rest of the report: never rounded up to certainty.
window.probability ??= (value) => (value >= 0.995 ? ">0.99" : value.toFixed(2));

// Rows as objects, from columns by name; a column of few values holds these once, and for each row which it is.
window.rowsOf ??= (columns) => {
  const named = Object.entries(columns).map(([name, values]) => [name, Array.isArray(values) ? (i) => values[i] : (i) => values.of[values.which[i]]]);
  return Object.values(columns).find(Array.isArray).map((_, i) => {
    const row = {};
    for (const [name, value] of named) row[name] = value(i);
    return row;
  });
};

// What is looked for, in small letters: words, and phrases in quotation marks.
window.soughtWords ??= (text) => (text.toLowerCase().replace(/[“”]/g, '"').match(/"[^"]+"|[^\s"]+/g) ?? []).map((word) => word.replaceAll('"', ""));

// LaTeX in a text as people read it, the verbatim words as a tooltip; data.tex says what stands for what.
window.readable ??= (tex) => {
  const known = Object.keys(tex).sort((a, b) => b.length - a.length);
  if (!known.length) return (text) => [text];
  const pattern = new RegExp("(" + known.map((key) => key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|") + ")");
  return (text) => !/[$\\{]|``|''|--/.test(text) ? [text] : text.split(pattern).map((part, i) => {
    if (i % 2 === 0) return part;
    const span = document.createElement("span");
    span.className = "tex";
    span.title = part;
    span.textContent = tex[part];
    return span;
  });
};

// An element with attributes and children.
window.make ??= (name, attributes, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

// A sense's marker, drawn by the symbol of this id.
window.marker ??= (id) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg"), use = document.createElementNS(space, "use");
  svg.setAttribute("class", "marker");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", "#" + id);
  svg.append(use);
  return svg;
};

// A mention's sentence as children of an element, the mention in a mark.
window.markedSentence ??= (mention, readable) => [...readable(mention.left), make("mark", {}, ...readable(mention.keyword)), ...readable(mention.right)];
