// How candidates look, by score or by the verdict on their best route. The legend is made of the same looks.

// ColorBrewer YlGnBu, readable for colour-blind eyes: darker is better. Bounds as in the QGIS project.
const SCORES = [[0, 40, "#ffffcc"], [40, 50, "#a1dab4"], [50, 60, "#41b6c4"], [60, 70, "#2c7fb8"], [70, 100, "#253494"]];
const ROUTES = {
  open: { colour: "#009e73", pattern: null, words: "route open" },
  "handmatig toetsen": { colour: "#f0b429", ink: "#7a5200", pattern: "hatch", words: "nog uit te zoeken" },
  dicht: { colour: "#c8553d", ink: "#7a2410", pattern: "cross", words: "route dicht" },
  "": { colour: "#c3ccd5", ink: "#3d4752", pattern: "dots", words: "route onbekend" },
};
const OVERLAY_KINDS = {
  blok: { title: "Indeling: woonblokken", colour: "#1d3557", fill: "#1d3557b0" },
  parkeren: { title: "Indeling: parkeren", colour: "#37474f", fill: "#dfe3e8e0" },
  rijloper: { title: "Indeling: rijloper", colour: "#6b7280", fill: "#f7f7f7c0" },
};
const SELECTED = "#d81b60";
const PATTERN_SIZE = 8; // divides a tile, so that patterns run on

const scoreLook = (score) => SCORES.findLast(([low]) => (score ?? 0) >= low) ?? SCORES[0];

function patternOf(kind, ink) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PATTERN_SIZE;
  const context = canvas.getContext("2d");
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = 1.2;
  const line = (x1, y1, x2, y2) => [context.moveTo(x1, y1), context.lineTo(x2, y2)];
  if (kind === "dots") context.fillRect(3, 3, 2, 2);
  if (kind !== "dots") [line(-2, 2, 2, -2), line(-2, 10, 10, -2), line(6, 10, 10, 6)];
  if (kind === "cross") [line(-2, 6, 2, 10), line(-2, -2, 10, 10), line(6, -2, 10, 2)];
  context.stroke();
  return canvas;
}

// The look of a candidate; what the filters leave out stays as a faint outline.
function candidateStyle(data, state) {
  const maker = document.createElement("canvas").getContext("2d");
  const patterns = {};
  for (const [name, { pattern, ink }] of Object.entries(ROUTES)) {
    patterns[name] = pattern ? maker.createPattern(patternOf(pattern, ink), "repeat") : null;
  }
  return (i, zoom) => {
    const dash = data.parcels.oordeel[i] === "o" && zoom >= 14 ? [5, 4] : null;
    const line = { stroke: "#1f2937", width: zoom < 14 ? 0.5 : 1.5, dash };
    if (!data.passing[i]) return { ...line, fill: "#ffffff55", stroke: "#9ca3af", width: 0.6 };
    if (state.colour === "score") return { ...line, fill: `${scoreLook(data.parcels.score[i])[2]}d9` };
    const name = wordOf(data, "planroute_oordeel", i) ?? "";
    const look = ROUTES[name] ? name : "";
    return { ...line, fill: `${ROUTES[look].colour}d9`, pattern: zoom >= 13 ? patterns[look] : null };
  };
}

// Swatches are small drawings: colour and pattern as on the map.
function swatchOf(colour, pattern, ink, extra = "") {
  const canvas = el("canvas", { class: `swatch ${extra}`, width: 22, height: 14, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 22, 14);
  if (pattern) {
    context.fillStyle = context.createPattern(patternOf(pattern, ink), "repeat");
    context.fillRect(0, 0, 22, 14);
  }
  return canvas;
}

function legendItems(data, state) {
  const item = (swatch, text) => el("li", {}, swatch, text);
  const patch = (kind) => el("span", { class: `swatch ${kind}`, "aria-hidden": "true" });
  const scores = SCORES.map(([low, high, colour]) => item(swatchOf(colour), `score ${low} tot ${high}`)).reverse();
  const routes = Object.values(ROUTES).map(({ colour, pattern, ink, words }) => item(swatchOf(colour, pattern, ink), words));
  const overlays = data.overlays.map(({ colour, title }) => item(swatchOf(`${colour}26`, null, null, "area"), title));
  const kinds = data.drawn.map(({ title, fill }) => item(swatchOf(fill), title));
  return [
    ...(state.colour === "score" ? scores : routes),
    item(patch("unsure"), "gestippelde rand: niet alles bekend"),
    item(patch("filtered"), "valt buiten de filters"),
    ...(data.rejected.length ? [item(patch("out"), "afgewezen perceel")] : []),
    item(patch("border"), "gemeentegrens"),
    ...overlays,
    ...kinds,
  ];
}

// A box on the map with the switch between the two ways to colour, and what the colours mean.
function legendControl(data, state, recolour) {
  const list = el("ul", {});
  const fill = () => list.replaceChildren(...legendItems(data, state));
  const option = (value, text) => {
    const input = el("input", { type: "radio", name: "kleur", value, checked: state.colour === value ? "" : null });
    input.addEventListener("change", () => recolour(value));
    return el("label", {}, input, text);
  };
  const choice = el("fieldset", { class: "colours" }, el("legend", {}, "Kleur de kandidaten naar"),
    option("score", "score"), option("route", "planroute"));
  const narrow = window.innerWidth < 760;
  const box = el("details", { class: "legend leaflet-control", open: narrow ? null : "" }, el("summary", {}, "Legenda"),
    data.answers.words ? choice : "", list);
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  const control = L.control({ position: "bottomright" });
  control.onAdd = () => box;
  fill();
  return { control, fill };
}
