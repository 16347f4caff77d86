// The list of best candidates and the search box.

const BEST = 25;
const HITS = 8;

function fillList(data, select) {
  const { parcels, ranked } = data;
  const rows = ranked.slice(0, BEST).map((i) => {
    const name = el("button", { type: "button" }, parcels.id[i] ?? "zonder perceel-id");
    const row = el("tr", { "data-parcel": i },
      el("td", { class: "number" }, number(parcels.rang[i], 0)),
      el("td", {}, name, el("small", {}, parcels.kadaster[i]), answered(data, i)),
      el("td", { class: "number" }, points(parcels.score[i])),
      el("td", {}, verdict(parcels.oordeel[i])));
    row.addEventListener("click", () => select(i, { zoom: true }));
    return row;
  });
  document.querySelector("#kandidaten tbody").replaceChildren(...rows);
  document.getElementById("kandidaten").hidden = !rows.length;
  document.getElementById("lijst-leeg").hidden = rows.length > 0;
  if (ranked.length > BEST) {
    document.getElementById("lijst-kop").textContent = `Beste ${BEST} van ${number(ranked.length, 0)} kandidaten`;
  }
}

function answered({ answers }, i) {
  return answers.kort ? el("small", {}, answers.kort[i]) : "";
}

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

// "ALK01 k 12" and "alk01K12" are the same parcel.
const bare = (text) => (text ?? "").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");

function searchBox({ parcels }, select) {
  const field = document.getElementById("zoekveld");
  const list = document.getElementById("gevonden");
  const outcome = document.getElementById("zoekuitkomst");
  let keys = null; // made at first use
  let hits = [];

  function search() {
    const wanted = bare(field.value);
    keys ??= parcels.id.map((id, i) => `${bare(id)} ${bare(parcels.kadaster[i])}`);
    hits = [];
    for (let i = 0; wanted && i < keys.length && hits.length <= HITS; i++) if (keys[i].includes(wanted)) hits.push(i);
    list.replaceChildren(...hits.slice(0, HITS).map(hitItem));
    outcome.textContent = !wanted ? "" : !hits.length ? "Geen perceel gevonden." : hits.length > HITS ? "Meer gevonden: typ verder." : "";
  }

  function choose(i) {
    list.replaceChildren();
    outcome.textContent = "";
    select(i, { zoom: true });
  }

  function hitItem(i) {
    const state = parcels.rang[i] === null ? "afgewezen" : `rang ${number(parcels.rang[i], 0)}`;
    const button = el("button", { type: "button" }, `${parcels.id[i]} `, el("small", {}, `${parcels.kadaster[i]} (${state})`));
    button.addEventListener("click", () => choose(i));
    return el("li", {}, button);
  }

  field.addEventListener("input", search);
  document.getElementById("zoek").addEventListener("submit", (event) => {
    event.preventDefault();
    search();
    if (hits.length) choose(hits[0]);
  });
}
