// The sentences behind a number: shown on hover, focus and the first tap, closed by Escape. Without this script they
// stand in the link's title.
(() => {
  if (!HTMLElement.prototype.showPopover) return;
  let shown = null, timer = 0;

  function close() {
    clearTimeout(timer);
    shown?.quotes.hidePopover();
    shown = null;
  }

  function show(fact, quotes) {
    clearTimeout(timer);
    if (shown?.fact === fact) return;
    close();
    quotes.showPopover();
    const at = fact.getClientRects()[0], own = quotes.getBoundingClientRect(), below = at.bottom + 4;
    const wide = document.documentElement.clientWidth, high = document.documentElement.clientHeight;
    const above = below + own.height > high && at.top > high - at.bottom;
    quotes.style.left = `${scrollX + Math.max(8, Math.min(at.left, wide - own.width - 8))}px`;
    quotes.style.top = `${scrollY + (above ? Math.max(8, at.top - own.height - 4) : below)}px`;
    shown = { fact, quotes };
  }

  const later = () => { timer = setTimeout(close, 250); }; // time to move onto the quotes
  for (const fact of document.querySelectorAll("a.fact[aria-describedby]")) {
    const quotes = fact.nextElementSibling;
    let tapped = false;
    fact.removeAttribute("title");
    quotes.popover = "manual";
    quotes.hidden = false;
    fact.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") show(fact, quotes); });
    fact.addEventListener("pointerdown", (event) => { tapped = event.pointerType === "touch" && shown?.fact !== fact; });
    fact.addEventListener("click", (event) => {
      if (tapped) event.preventDefault();
      if (tapped) show(fact, quotes);
      tapped = false;
    });
    fact.addEventListener("focus", () => show(fact, quotes));
    fact.addEventListener("blur", close);
    quotes.addEventListener("pointerenter", () => clearTimeout(timer));
    for (const part of [fact, quotes]) part.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") later(); });
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  addEventListener("pointerdown", (event) => { if (shown && !shown.quotes.contains(event.target) && event.target !== shown.fact) close(); });
})();
