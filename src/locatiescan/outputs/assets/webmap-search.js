// The search box: parcels by id or cadastral name, and the streets and places that this file knows.

const HITS = 8;
const PLACE_STEPS = 100_000; // in a degree
const PLACE_MARK_MS = 6000;

// "ALK01 k 12" and "alk01K12" are the same parcel, and "Sint Jansstraat" and "st. jansstraat" are not.
const bare = (text) => (text ?? "").normalize("NFD").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");

function searchBox(data, map, select) {
  const { parcels, places } = data;
  const field = document.getElementById("zoekveld");
  const list = document.getElementById("gevonden");
  const outcome = document.getElementById("zoekuitkomst");
  let keys = null; // made at first use
  let hits = [];

  function search() {
    const wanted = bare(field.value);
    keys ??= [
      ...places.map(([name], k) => [bare(name), { place: places[k] }]),
      ...parcels.id.map((id, i) => [`${bare(id)} ${bare(parcels.kadaster[i])}`, { parcel: i }]),
    ];
    hits = [];
    for (let k = 0; wanted && k < keys.length && hits.length <= HITS; k++) if (keys[k][0].includes(wanted)) hits.push(keys[k][1]);
    list.replaceChildren(...hits.slice(0, HITS).map(hitItem));
    outcome.textContent = !wanted ? "" : !hits.length ? "Niets gevonden." : hits.length > HITS ? "Meer gevonden: typ verder." : `${hits.length} gevonden.`;
  }

  function choose({ parcel, place }) {
    list.replaceChildren();
    outcome.textContent = place ? `De kaart toont ${place[0]}.` : "";
    if (place) showPlace(map, place);
    else select(parcel, { zoom: true });
  }

  function hitItem(hit) {
    const { parcel, place } = hit;
    const [name, detail] = place ? [place[0], place[1]] : [parcels.id[parcel], `${parcels.kadaster[parcel]} (${standing(parcels, parcel)})`];
    const button = el("button", { type: "button" }, `${name} `, el("small", {}, detail));
    button.addEventListener("click", () => choose(hit));
    return el("li", {}, button);
  }

  field.addEventListener("input", search);
  document.getElementById("zoek").addEventListener("submit", (event) => {
    event.preventDefault();
    search();
    if (hits.length) choose(hits[0]);
  });
}

const standing = (parcels, i) => (parcels.rang[i] === null ? "afgewezen" : `rang ${number(parcels.rang[i], 0)}`);

// A street or place: the map goes there, with a frame round it for a while.
function showPlace(map, [name, , west, south, east, north]) {
  const bounds = L.latLngBounds([south / PLACE_STEPS, west / PLACE_STEPS], [north / PLACE_STEPS, east / PLACE_STEPS]);
  map.fitBounds(bounds, { maxZoom: 17, padding: [60, 60] });
  const frame = L.rectangle(bounds.pad(0.1), { color: SELECTED, weight: 3, dashArray: "8 6", fill: false, interactive: false }).addTo(map);
  setTimeout(() => frame.remove(), PLACE_MARK_MS);
  window.locatiescan.place = name;
}
