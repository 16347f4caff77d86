// What a location can carry: the drawing, homes, route with dates, nitrogen and flags.

const SVG = "http://www.w3.org/2000/svg";
const MOMENTS = [["besluit", "Besluit"], ["in_werking", "In werking"], ["onherroepelijk", "Onherroepelijk"]];
const ROUTE_WORDS = { open: "open", "handmatig toetsen": "nog uit te zoeken", dicht: "dicht" };
const ROUTE_TONES = { open: "ja", dicht: "nee", groen: "ja", rood: "nee" };
const SUBJECTS = { mer: "Milieueffecten", taakstelling: "Taakstelling" };
const UNBOUNDED = 99999; // homes: so many stay below the nitrogen bound that it does not bind

const section = (title, ...parts) => el("section", {}, el("h3", {}, title), ...parts);
const term = (name, ...text) => el("div", {}, el("dt", {}, name), el("dd", {}, ...text));
const tone = (text, value) => el("span", { class: `verdict ${ROUTE_TONES[value] ?? "onbekend"}` }, text);

function dossier(data, i) {
  const part = document.createDocumentFragment();
  if (!data.answers.words || i >= data.tie.length) return part;
  part.append(keyFigures(data, i), drawing(data, i), homes(data, i), route(data, i), nitrogen(data, i), flags(data, i));
  return part;
}

function keyFigures(data, i) {
  const verdict = wordOf(data, "planroute_oordeel", i);
  const nitrogenVerdict = wordOf(data, "stikstof_oordeel", i) ?? UNKNOWN;
  return el("dl", { class: "summary tiles" },
    term("Woningen", count(numberOf(data, "woningen", i))),
    term("Planroute", tone(ROUTE_WORDS[verdict] ?? UNKNOWN, verdict)),
    term("Besluit vanaf", dateOf(wordOf(data, "besluit_vroeg", i))),
    term("Stikstof", tone(nitrogenVerdict, nitrogenVerdict)));
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// The site with its blocks, north up, and a bar that says how long it is.
function drawing(data, i) {
  const drawn = data.drawing.of[i] ?? [];
  if (isEmpty(data.shapes, i)) return "";
  const [west, north, east, south] = boxOf(data.shapes, i);
  const size = Math.max(east - west, south - north) * 1.08;
  const scale = 100 / size;
  const [left, top] = [(west + east) / 2 - size / 2, (north + south) / 2 - size / 2];
  const path = (shapes, feature, style) => svg("path", { ...style, d: pathOf(shapes, feature, left, top, scale), "fill-rule": "evenodd" });
  const bar = barOf(data, i, scale);
  const kinds = drawn.map((box) => wordAt(data.drawing.kind, box));
  const total = (kind) => drawn.reduce((sum, box, k) => sum + (kinds[k] === kind ? Math.max(0, data.drawing.aantal[box]) : 0), 0);
  const blocks = kinds.filter((kind) => kind === "blok").length;
  const said = drawn.length ? `${blocks} ${blocks === 1 ? "blok" : "blokken"} met ${number(total("blok"), 0)} woningen, ${number(total("parkeren"), 0)} parkeerplaatsen` : "Er is niets getekend: er past geen onderzocht woningtype, of de grond is onbekend.";
  const picture = svg("svg", { viewBox: "0 0 100 108", role: "img", "aria-label": `Tekening van de plek: ${said}` },
    path(data.shapes, i, { fill: "#f3f5f7", stroke: "#1f2937", "stroke-width": 0.6 }),
    ...drawn.map((box, k) => path(data.drawing.shapes, box, boxStyle(kinds[k]))),
    svg("path", { d: `M2 105 H${2 + bar.width}`, stroke: "#1a2027", "stroke-width": 1 }),
    svg("text", { x: 4 + bar.width, y: 106.4, "font-size": 4, fill: "#1a2027" }, `${bar.metres} m`),
    svg("text", { x: 92, y: 106.4, "font-size": 4, fill: "#1a2027" }, "↑ N"));
  return el("figure", {}, picture, el("figcaption", {}, said));
}

const BOX_STYLES = { parkeren: { fill: "#dfe3e8", stroke: "#37474f" }, rijloper: { fill: "#ffffff", stroke: "#6b7280", "stroke-dasharray": "1 1" } };
const boxStyle = (kind) => ({ "stroke-width": 0.35, ...(BOX_STYLES[kind] ?? { fill: "#1d3557", stroke: "#ffffff" }) });

function pathOf({ x, y, ringStart, featureStart }, feature, left, top, scale) {
  let text = "";
  for (let ring = featureStart[feature]; ring < featureStart[feature + 1]; ring++) {
    for (let k = ringStart[ring]; k < ringStart[ring + 1]; k++) {
      text += `${k === ringStart[ring] ? "M" : "L"}${((x[k] - left) * scale).toFixed(2)} ${((y[k] - top) * scale).toFixed(2)}`;
    }
    text += "Z";
  }
  return text;
}

function barOf({ shapes, projection }, i, scale) {
  const { _southWest: low, _northEast: high } = boundsOf(shapes, i);
  const [a, b] = [toRd(projection, low), toRd(projection, { lng: high.lng, lat: low.lat })];
  const [west, , east] = boxOf(shapes, i);
  const unitsPerMetre = ((east - west) * scale) / Math.hypot(b[0] - a[0], b[1] - a[1]);
  const metres = [5, 10, 20, 50, 100, 200, 500].findLast((length) => length * unitsPerMetre <= 40) ?? 5;
  return { metres, width: metres * unitsPerMetre };
}

function homes(data, i) {
  const number_ = (name) => numberOf(data, name, i);
  const groups = Object.entries(data.answers.groups).filter(([, column]) => column[i] !== null);
  const said = { ja: "ja", nee: "nee" };
  const rows = [
    ["Aantal", number_("woningen") === null ? UNKNOWN : `${between(number_("woningen_laag"), number_("woningen_hoog"))}, midden ${count(number_("woningen"))}`],
    ["Woningtype", wordOf(data, "product_titel", i) ?? "geen dat past, of onbekend"],
    ["Voor wie", groups.map(([name, column]) => `${count(column[i])} ${name.replace("woningen_", "").replaceAll("_", " ")}`).join(", ") || UNKNOWN],
    ["Parkeerplaatsen", count(number_("parkeerplaatsen"))],
    ["Past in hoogte van het plan", said[wordOf(data, "hoogte_past", i)] ?? UNKNOWN],
    ["Bereikbaar voor brandweer", said[wordOf(data, "brandweer_oordeel", i)] ?? UNKNOWN],
  ];
  const others = rowsOf(data.answers.products, i).map(({ titel, past, reden, woningen }) =>
    el("li", {}, past === "ja" ? `${titel}: past, ${count(woningen)} woningen` : `${titel}: ${past === "nee" ? "past niet" : UNKNOWN}${reden ? `, ${reden}` : ""}`));
  const height = toldOf(data, "hoogte_let_op", i);
  return section("Woningen", pairs(rows), height ? el("p", {}, `Let op de hoogte: ${height}.`) : "", folded("Alle onderzochte woningtypen", el("ul", {}, ...others)));
}

const pairs = (rows) => el("dl", { class: "pairs" }, ...rows.map(([name, text]) => term(name, text)));
const folded = (title, ...parts) => el("details", {}, el("summary", {}, title), ...parts);

// The best route opened, the others folded with why not; law that no longer holds last and apart.
function route(data, i) {
  const all = rowsOf(data.answers.routes, i);
  const best = all.find(({ beste }) => beste);
  const others = all.filter((one) => one !== best && one.van_kracht);
  const past = all.filter((one) => one !== best && !one.van_kracht);
  const fold = (one) => folded(`${one.route} ${one.titel}: ${ROUTE_WORDS[one.oordeel] ?? UNKNOWN}`, ...routeParts(one));
  return section("Planroute",
    best ? el("p", {}, el("strong", {}, `${best.route} ${best.titel}: `), tone(ROUTE_WORDS[best.oordeel] ?? UNKNOWN, best.oordeel)) : el("p", {}, "Alle onderzochte routes lijken dicht."),
    ...(best ? routeParts(best) : []), ...others.map(fold),
    past.length ? folded(`Niet (meer) van kracht: ${past.length} routes`, el("ul", {}, ...past.map((one) => el("li", {}, `${one.route} ${one.titel}: ${one.reden}`)))) : "");
}

function routeParts(one) {
  const dated = MOMENTS.filter(([name]) => one[`${name}_vroeg`]);
  const rows = dated.map(([name, words]) => el("tr", {}, el("th", { scope: "row" }, words),
    el("td", {}, dateOf(one[`${name}_vroeg`])), el("td", {}, dateOf(one[`${name}_laat`]))));
  return [
    one.reden ? el("p", {}, one.oordeel === "dicht" ? "Waarom niet: " : "Voorwaarde: ", one.reden, ".") : "",
    rows.length ? table("dates", "Data", ["Moment", "Op zijn vroegst", "Op zijn laatst"], rows).querySelector("table") : "",
    pairs([
      ["Duur", one.weken_laag === null ? UNKNOWN : `${between(one.weken_laag, one.weken_hoog)} weken`],
      ["Termijn", one.max_jaren === null ? "geen maximum in de wet" : `ten hoogste ${count(one.max_jaren)} jaar`],
      ["Beslist", one.beslist ?? UNKNOWN],
      ...(one.overleg ? [["Overleg met", one.overleg]] : []),
      ["Grondslag", one.grondslag ?? UNKNOWN],
      ...(one.ongeverifieerd ? [["Niet geverifieerd", one.ongeverifieerd]] : []),
    ]),
  ];
}

function nitrogen(data, i) {
  const verdict = wordOf(data, "stikstof_oordeel", i) ?? UNKNOWN;
  const most = numberOf(data, "stikstof_max_woningen", i);
  const amount = numberOf(data, "stikstof_mol_ha_jr", i);
  const later = wordOf(data, "stikstof_scenario_oordeel", i);
  const note = wordOf(data, "stikstof_toelichting", i);
  return section("Stikstof", el("p", {}, tone(verdict, verdict), ". Een snelle rekenregel; alleen een berekening met AERIUS telt."),
    pairs([
      ["Bijdrage", amount === null ? UNKNOWN : `${number(amount, 3)} mol/ha/jr`],
      ["Onder de grens", most === null ? UNKNOWN : most >= UNBOUNDED ? "geen maximum" : `tot ${count(most)} woningen`],
      ...(later ? [["Met soepeler grens (scenario)", `${later}, tot ${count(numberOf(data, "stikstof_scenario_max_woningen", i))} woningen`]] : []),
      ["Gevoeligste natuur", wordOf(data, "kdw_habitats", i) ?? UNKNOWN],
    ]), note ? el("p", {}, note) : "");
}

function flags(data, i) {
  const all = rowsOf(data.answers.flags, i);
  const item = ({ titel, onderwerp, tekst, wie, grondslag, ongeverifieerd, oordeel }) =>
    folded(`${titel}${oordeel === "ja" ? "" : " (onbekend of dit geldt)"}`,
      el("p", {}, ongeverifieerd ? el("span", { class: "mark" }, "niet geverifieerd*") : "", tekst),
      pairs([["Onderwerp", SUBJECTS[onderwerp] ?? onderwerp], ["Wie", wie], ["Grondslag", grondslag]]));
  return section(`Vlaggen (${all.length})`, ...(all.length ? all.map(item) : [el("p", {}, "Geen vlaggen.")]));
}
