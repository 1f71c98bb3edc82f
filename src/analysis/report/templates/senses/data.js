// Mentions and papers as objects: the page holds them as columns, and numbers for papers, senses, stances and topics.
window.sensesData ??= (() => {
  const data = JSON.parse(document.getElementById("mentions-data").textContent);
  const papers = rowsOf(data.papers), senses = data.senses.map((sense, number) => ({ ...sense, number }));
  const mentions = rowsOf(data.mentions).map((mention) => ({
    ...mention,
    paper: papers[mention.paper],
    sense: senses[mention.sense],
    parent: data.parents[mention.parent],
    said: mention.above ? data.parents[mention.parent].name : "",
    stance: data.stances[mention.stance] ?? "",
    topic: data.topics[mention.topic] ?? "",
    sentence: mention.left + mention.keyword + mention.right,
  }));
  return { ...data, papers, senses, mentions };
})();

// Whether a mention's sentence or its paper's title or authors contain all these words, which are in small letters.
window.contains ??= (mention, words) => {
  const text = () => mention.text ??= `${mention.sentence} ${mention.paper.title} ${mention.paper.authors}`.toLowerCase();
  return words.every((word) => text().includes(word));
};
