// Small letters, composed accents, one kind of hyphen and of apostrophe.
window.inOneSpelling ??= (text) => text.normalize("NFC").toLowerCase().replace(/’/g, "'").replace(/[‐‑]/g, "-");

// The words of a text in small letters, as common/words.py has them: runs of letters and digits that hyphens or
// apostrophes may join, with at least one letter; no commands of LaTeX.
window.wordsOf ??= (() => {
  const word = /(?<![\p{L}\p{N}])(?<!\\)(?=[\d'-]*\p{L})[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*/gu;
  return (text) => inOneSpelling(text).match(word) ?? [];
})();

// The words of a mention's sentence on either side of it, both from the mention outwards.
window.contextOf ??= (mention, readable) => {
  const plain = (text) => readable(text).map((part) => part.textContent ?? part).join("");
  return mention.context ??= { L: wordsOf(plain(mention.left)).reverse(), R: wordsOf(plain(mention.right)) };
};

// Whether words hold all that is wanted: “|” parts alternatives, “*” stands for any letters. As findings/kwic.py has it.
window.contextTest ??= (wanted) => {
  const escaped = (text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  const tests = inOneSpelling(wanted).split(/\s+/).map((item) => item.split("|").filter(Boolean)).filter((item) => item.length)
    .map((item) => new RegExp(`^(?:${item.map((one) => one.split("*").map(escaped).join(".*")).join("|")})$`, "u"));
  return (found) => tests.every((test) => found.some((word) => test.test(word)));
};
