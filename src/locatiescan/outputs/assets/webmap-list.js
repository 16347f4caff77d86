// The list of candidates: all that pass the filters, a page at a time, in the order that was asked.

const PAGE = 25;

// Per column: its heading, what it sorts by, and whether it begins with the highest.
const ORDERS = {
  rang: { words: "Rang", of: ({ parcels }, i) => parcels.rang[i] },
  gemeente: { words: "Gemeente", short: "Gem.", of: (data, i) => homeOf(data, i), text: true },
  woningen: { words: "Woningen", short: "Won.", of: (data, i) => numberOf(data, "woningen", i), down: true },
  score: { words: "Score", of: ({ parcels }, i) => parcels.score[i], down: true },
  besluit: { words: "Besluit op zijn vroegst", short: "Besluit", of: (data, i) => wordOf(data, "besluit_vroeg", i) },
};

// What is unknown comes last, whichever way is up; equals stand by rank.
function sorted(data, members, { sort, down }) {
  if (sort === "rang" && !down) return members; // they come in this order
  const { of } = ORDERS[sort];
  const key = new Map(members.map((i) => [i, of(data, i)]));
  const way = down ? -1 : 1;
  return [...members].sort((a, b) => {
    const [x, y] = [key.get(a), key.get(b)];
    if (x === y) return data.parcels.rang[a] - data.parcels.rang[b];
    if (x === null || y === null) return x === null ? 1 : -1;
    return x < y ? -way : way;
  });
}

function candidateList(data, state, { select, changed }) {
  const table = document.getElementById("kandidaten");
  const pager = document.getElementById("bladeren");
  const known = { rang: true, score: true, gemeente: data.home };
  const columns = Object.keys(ORDERS).filter((name) => (name in known ? known[name] : data.answers.numbers));
  const heads = columns.map((name) => headCell(name, state, changed));
  heads.splice(1, 0, { cell: el("th", { scope: "col" }, "Locatie"), show: () => {} });
  table.querySelector("thead tr").replaceChildren(...heads.map(({ cell }) => cell));
  const [back, forth] = pager.querySelectorAll("button");
  const where = pager.querySelector("span");
  let listed = [];

  function show() {
    const last = Math.max(0, Math.ceil(listed.length / PAGE) - 1);
    state.page = Math.min(state.page, last);
    const rows = listed.slice(state.page * PAGE, (state.page + 1) * PAGE).map((i) => listRow(data, i, columns, select));
    table.tBodies[0].replaceChildren(...rows);
    table.hidden = !listed.length;
    const empty = document.getElementById("lijst-leeg");
    empty.hidden = listed.length > 0;
    empty.textContent = data.ranked.length ? "Geen kandidaat past bij deze filters." : "Geen kandidaten: alle percelen vallen af.";
    pager.hidden = last === 0;
    [back.disabled, forth.disabled] = [state.page === 0, state.page === last];
    where.textContent = `${number(state.page + 1, 0)} van ${number(last + 1, 0)}`;
    for (const { show: showHead } of heads) showHead();
    markRow(state.selected);
  }

  function turn(by) {
    state.page += by;
    show();
    document.getElementById("lijst-kop").scrollIntoView({ block: "nearest" });
  }
  back.addEventListener("click", () => turn(-1));
  forth.addEventListener("click", () => turn(1));

  return {
    fill() {
      listed = sorted(data, data.ranked.filter((i) => data.passing[i]), state);
      show();
    },
    // Turns to the page on which a candidate stands; nothing happens where it stands on none.
    reveal(i) {
      const place = listed.indexOf(i);
      if (place >= 0 && Math.floor(place / PAGE) !== state.page) {
        state.page = Math.floor(place / PAGE);
        show();
      } else markRow(i);
    },
  };
}

function headCell(name, state, changed) {
  const { words, short, down, text } = ORDERS[name];
  const arrow = el("span", { class: "arrow", "aria-hidden": "true" });
  const label = short ? [el("span", { "aria-hidden": "true" }, short), el("span", { class: "unseen" }, words)] : [words];
  const button = el("button", { type: "button", title: `Sorteer op ${words.toLowerCase()}` }, ...label, arrow);
  const cell = el("th", { scope: "col", class: text ? null : "number" }, button);
  button.addEventListener("click", () => {
    state.down = state.sort === name ? !state.down : Boolean(down);
    Object.assign(state, { sort: name, page: 0 });
    changed();
  });
  const show = () => {
    const here = state.sort === name;
    arrow.textContent = here ? (state.down ? "▼" : "▲") : "";
    if (here) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  };
  return { cell, show };
}

function listRow(data, i, columns, select) {
  const { parcels } = data;
  const cells = {
    rang: () => number(parcels.rang[i], 0),
    gemeente: () => el("small", {}, homeOf(data, i)),
    woningen: () => count(numberOf(data, "woningen", i)),
    score: () => points(parcels.score[i]),
    besluit: () => monthOf(wordOf(data, "besluit_vroeg", i)),
  };
  const name = el("button", { type: "button" }, parcels.id[i] ?? "zonder perceel-id");
  const [first, ...rest] = columns.map((column) => el("td", { class: ORDERS[column].text ? null : "number" }, cells[column]()));
  const row = el("tr", { "data-parcel": i }, first,
    el("td", {}, name, el("small", {}, (parcels.kadaster[i] ?? "").split(":")[0]), el("small", {}, routeLine(data, i), " ", verdictMark(parcels.oordeel[i]))), ...rest);
  row.addEventListener("click", () => select(i, { zoom: true }));
  return row;
}

function routeLine(data, i) {
  const verdict = wordOf(data, "planroute_oordeel", i);
  if (!verdict) return "";
  return `${wordOf(data, "planroute", i) ?? "geen route"}: ${verdict === "handmatig toetsen" ? "uit te zoeken" : verdict}`;
}

const verdictMark = (letter) => (letter === "o" ? el("span", { class: "verdict onbekend" }, "grenzen deels onbekend") : "");

function markRow(i) {
  for (const row of document.querySelectorAll("#kandidaten tbody tr")) {
    const here = row.dataset.parcel === String(i);
    if (here) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    if (here) showRow(row, document.getElementById("lijst"));
  }
}

// Scrolls within the list only, and only if needed: on a phone the page itself must not jump.
function showRow(row, list) {
  const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
}
