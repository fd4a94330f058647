// The explorer: draws what the page carries, filters it at once, and lets the keyboard follow ties.
// Places come from the server; nothing is laid out here. Without this script the page shows its own picture.
"use strict";
(() => {
  const told = document.getElementById("explorer-data");
  const island = document.getElementById("explorer");
  if (!told || !island || typeof cytoscape !== "function") return;
  const data = JSON.parse(told.textContent);
  const fill = (words, ...values) => words.replace(/\{(\d)\}/g, (_, at) => values[at]);
  const form = document.getElementById("exploring");
  const seen = document.getElementById("explorer-seen");
  const said = document.getElementById("explorer-said");
  const slider = document.getElementById("until");
  const many = data.nodes.length;
  const size = data.byPerson ? 15 : 44;

  const elements = [];
  data.blocks.forEach(([name, x, y, wide, high], at) => elements.push({
    group: "nodes", classes: "block", selectable: false, grabbable: false, pannable: true,
    data: { id: `b${at}`, name, wide, high }, position: { x: x + wide / 2, y: y + high / 2 },
  }));
  data.nodes.forEach(([name, x, y, part, named, people], at) => elements.push({
    group: "nodes", grabbable: false, classes: `place ${part || (data.byPerson ? "around" : "house")}`,
    data: { id: `n${at}`, at, name, label: named || !data.byPerson ? name : "", people }, position: { x, y },
  }));
  const chosenKinds = () => {
    const boxes = [...form.querySelectorAll("input[name=kinds]")];
    const ticked = boxes.filter((box) => box.checked).map((box) => data.kindCodes.indexOf(box.value));
    return new Set(ticked.length ? ticked : boxes.map((_, at) => at));
  };
  const month = () => (slider ? Number(slider.value) : data.until);
  const countOf = (ties, kinds, until) => {
    let sum = 0;
    for (const [kind, made, count] of ties) if (kinds.has(kind) && made <= until) sum += count;
    return sum;
  };
  const counts = data.links.map(([, , ties]) => countOf(ties, chosenKinds(), month()));
  const broad = (count) => (data.byPerson ? 1 : 1 + Math.log2(Math.max(count, 1)));

  const onPath = new Set(data.path.slice(1).map((to, at) => [data.path[at], to].sort((a, b) => a - b).join("-")));
  data.links.forEach(([one, other], at) => {
    const onWay = onPath.has(`${one}-${other}`) ? "path" : "";
    elements.push({
      group: "edges", selectable: false,
      classes: `${one === other ? "inside" : onWay}${counts[at] ? "" : " gone"}`,
      data: { id: `e${at}`, source: `n${one}`, target: `n${other}`, width: broad(counts[at]) },
    });
  });

  document.getElementById("drawn").hidden = true;
  island.hidden = false;
  const cy = cytoscape({
    container: island,
    elements,
    layout: { name: "preset", fit: true, padding: 12 },
    pixelRatio: many > 500 ? 1 : "auto",
    hideEdgesOnViewport: many > 500,
    textureOnViewport: many > 500,
    autoungrabify: true,
    boxSelectionEnabled: false,
    minZoom: 0.05,
    maxZoom: 4,
    style: [
      ...(data.byPerson ? [] : [{ selector: "*", style: { "z-index-compare": "manual" } }]),
      { selector: "node.block", style: {
        shape: "round-rectangle", width: "data(wide)", height: "data(high)", "background-color": "#e3f0ee",
        "background-opacity": data.byPerson ? 0 : 1, "border-width": data.byPerson ? 1 : 0, "border-color": "#0b5d5b",
        label: "data(name)", "text-valign": "top", "text-halign": "center", "font-size": 11, color: "#1d2327",
        "text-background-color": "#ffffff", "text-background-opacity": 0.85, events: "no", "z-index": 0,
        "min-zoomed-font-size": 7 } },
      { selector: "node.place", style: {
        width: data.byPerson ? size : 100, height: size, label: "data(label)", "font-size": data.byPerson ? 11 : 14,
        color: "#1d2327", "background-color": "#ffffff", "border-width": 2, "border-color": "#78838a",
        "min-zoomed-font-size": 7, "z-index": 2 } },
      { selector: "node.around, node.HELPED, node.PROPOSED", style: { "text-valign": "bottom" } },
      { selector: "node.house", style: {
        shape: "round-rectangle", "text-valign": "center", "text-halign": "center", "border-color": "#0b5d5b",
        "text-max-width": 96, "text-wrap": "ellipsis" } },
      { selector: "node.HELPED", style: { shape: "rectangle", "background-color": "#0b5d5b", width: 22, height: 22 } },
      { selector: "node.PROPOSED", style: { shape: "diamond", "background-color": "#0b5d5b", width: 28, height: 28 } },
      { selector: "edge", style: {
        "curve-style": "haystack", width: data.byPerson ? 1 : "data(width)", "line-color": data.byPerson ? "#b4babe" : "#78838a", "line-opacity": data.byPerson ? 1 : 0.5, "z-index": 1 } },
      { selector: "edge.inside", style: {
        "curve-style": "bezier", "loop-direction": "45deg", "loop-sweep": "-50deg", "control-point-step-size": 50 } },
      { selector: "edge.path", style: { "line-color": "#073f3e", width: 5, "line-opacity": 1 } },
      { selector: "edge.near", style: { "line-color": "#073f3e", "line-opacity": 1 } },
      { selector: "node.chosen", style: { "border-width": 5, "border-color": "#1d2327", "background-color": "#ffbf47" } },
      { selector: ".gone", style: { display: "none" } },
    ],
  });

  // Ties by node as they are seen, and how many parts hang together; one pass over the links.
  let tied = [];
  const filter = () => {
    const kinds = chosenKinds();
    const until = month();
    const above = data.nodes.map((_, at) => at);
    const top = (at) => {
      while (above[at] !== at) at = above[at] = above[above[at]];
      return at;
    };
    tied = data.nodes.map(() => []);
    let ties = 0;
    let parts = many;
    const changed = [];
    data.links.forEach(([one, other, made], at) => {
      const count = countOf(made, kinds, until);
      ties += count;
      if (count !== counts[at]) changed.push(at);
      counts[at] = count;
      if (one === other || !count) return;
      tied[one].push([other, count, made, at]);
      tied[other].push([one, count, made, at]);
      const [low, high] = [top(one), top(other)];
      if (low !== high) [above[low], parts] = [high, parts - 1];
    });
    cy.batch(() => changed.forEach((at) => {
      const edge = cy.getElementById(`e${at}`);
      edge.toggleClass("gone", counts[at] === 0);
      edge.data("width", broad(counts[at]));
    }));
    seen.textContent = fill(data.words.seen, ties, parts);
    const shown = document.getElementById("until-month");
    if (shown) shown.textContent = `${Math.floor(until / 12)}-${String((until % 12) + 1).padStart(2, "0")}`;
  };

  let chosen = -1;
  const inWords = (at) => {
    const kinds = chosenKinds();
    const parts = tied[at].slice(0, 6).map(([other, count, made]) => {
      const how = data.byPerson
        ? [...new Set(made.filter(([kind]) => kinds.has(kind)).map(([kind]) => data.kindNames[kind]))].join(data.words.and)
        : count;
      return `${data.nodes[other][0]} (${how})`;
    });
    if (tied[at].length > 6) parts.push(fill(data.words.more, tied[at].length - 6));
    return fill(data.words.node, `${at + 1}. ${data.nodes[at][0]}`, parts.join(data.words.and) || data.words.nobody);
  };
  const choose = (at) => {
    cy.batch(() => {
      cy.elements(".chosen, .near").removeClass("chosen near");
      cy.getElementById(`n${at}`).addClass("chosen");
      tied[at].forEach(([, , , link]) => cy.getElementById(`e${link}`).addClass("near"));
    });
    chosen = at;
    said.textContent = inWords(at);
    const box = cy.extent();
    const { x, y } = cy.getElementById(`n${at}`).position();
    if (x < box.x1 || x > box.x2 || y < box.y1 || y > box.y2) cy.center(cy.getElementById(`n${at}`));
  };
  const follow = (across, down) => {
    if (chosen < 0) return choose(data.path.length ? data.path[0] : 0);
    const [, fromX, fromY] = data.nodes[chosen];
    let best = -1;
    let nearest = Infinity;
    for (const [other] of tied[chosen]) {
      const [, x, y] = data.nodes[other];
      const ahead = (x - fromX) * across + (y - fromY) * down;
      const aside = Math.abs((x - fromX) * down) + Math.abs((y - fromY) * across);
      if (ahead > 0 && ahead + 2 * aside < nearest) [best, nearest] = [other, ahead + 2 * aside];
    }
    if (best >= 0) choose(best);
  };
  const zoom = (by) => cy.zoom({
    level: cy.zoom() * by,
    renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 },
  });
  const onOtherPage = () => {
    const asked = new URLSearchParams(location.search);
    asked.set("page", Math.floor(chosen / Number(island.dataset.rows)) + 1);
    location.assign(`?${asked}#row-${chosen}`);
  };
  const keys = {
    ArrowLeft: () => follow(-1, 0), ArrowRight: () => follow(1, 0),
    ArrowUp: () => follow(0, -1), ArrowDown: () => follow(0, 1),
    "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), Home: () => cy.fit(undefined, 12),
    Enter: () => {
      const row = document.getElementById(`row-${chosen}`);
      if (row) location.hash = row.id;
      else if (chosen >= 0) onOtherPage();
    },
  };
  island.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });

  // A tap chooses; a second one on another place fills in both ends of a way.
  const ends = ["start", "goal"].map((name) => form.querySelector(`[name=${name}]`));
  cy.on("tap", "node.place", (event) => {
    const at = event.target.data("at");
    if (chosen >= 0 && chosen !== at) [ends[0].value, ends[1].value] = [chosen + 1, at + 1];
    choose(at);
  });
  form.querySelectorAll("input[name=kinds]").forEach((box) => box.addEventListener("change", filter));
  if (slider) slider.addEventListener("input", filter);
  filter();
  cy.one("render", () => {
    performance.mark("explorer-drawn");
    island.dataset.drawn = String(many);
  });
})();
