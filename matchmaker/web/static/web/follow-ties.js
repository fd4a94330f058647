// In a picture of ties the arrow keys go from one person to another along a tie, in the direction of the arrow.
"use strict";
(() => {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  const next = (picture, from, [across, down]) => {
    const tied = (from.dataset.ties || "").split(" ").filter(Boolean);
    let best = null;
    let nearest = Infinity;
    for (const number of tied) {
      const other = picture.querySelector(`a[data-n="${number}"]`);
      const x = other.dataset.x - from.dataset.x;
      const y = other.dataset.y - from.dataset.y;
      const ahead = x * across + y * down;
      if (ahead <= 0) continue;
      const aside = Math.abs(x * down) + Math.abs(y * across);
      if (ahead + 2 * aside < nearest) [best, nearest] = [other, ahead + 2 * aside];
    }
    return best;
  };

  for (const picture of document.querySelectorAll("svg[data-ties]")) {
    picture.addEventListener("keydown", (event) => {
      const from = event.target.closest("a[data-n]");
      if (!from || !(event.key in ways) || event.ctrlKey || event.altKey || event.metaKey) return;
      const found = next(picture, from, ways[event.key]);
      if (!found) return;
      event.preventDefault();
      found.focus();
    });
  }
})();
