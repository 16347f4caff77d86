// The panel on one location: what it can carry, and why a parcel is where it is in the list, or not in it.

function whyPanel(data, i) {
  const { parcels } = data;
  const panel = document.createDocumentFragment();
  const close = el("button", { type: "button", class: "close", id: "sluit" }, "Sluiten");
  panel.append(
    el("div", { class: "panel-head" }, el("h2", { id: "waarom-kop", tabindex: "-1" }, "Wat kan hier, en waarom?"), close),
    el("p", { class: "parcel" }, parcels.id[i] ?? "zonder perceel-id", el("small", {}, parcels.kadaster[i])),
    summary(data, i),
    dossier(data, i),
    scenarioTable(data, i),
    inShort(data, i),
  );
  if (parcels.afgewezen_door[i]) panel.append(reasons(data, i, "Afgewezen door: ", "afgewezen_door"));
  if (parcels.toegelaten_door[i]) panel.append(reasons(data, i, "Toch toegelaten door: ", "toegelaten_door"));
  panel.append(limitsTable(data, i), preferencesTable(data, i));
  if (data.metingen.length) panel.append(measuredTable(data, i));
  panel.append(unknownList(data, i));
  const rules = [...data.limits, ...data.preferences, ...data.metingen];
  if (rules.some((rule) => rule.unverified)) panel.append(footnote());
  return panel;
}

function summary(data, i) {
  const { parcels, ranked } = data;
  const rank = parcels.rang[i];
  const [score, best] = [parcels.score[i], parcels.score_hoog[i]];
  const entry = (term, ...text) => el("div", {}, el("dt", {}, term), el("dd", {}, ...text));
  const entries = [
    entry("Rang", rank === null ? "geen" : `${number(rank, 0)} van ${number(ranked.length, 0)}`),
    entry("Score", points(score)),
  ];
  if (best !== null && points(best) !== points(score)) entries.push(entry("Op zijn best", points(best)));
  entries.push(entry("Oordeel", verdict(parcels.oordeel[i])));
  if (data.home) entries.push(entry("Gemeente", homeOf(data, i)));
  return el("dl", { class: "summary" }, ...entries);
}

// Locations come first in the list of rows; what was answered of them is in their order.
function inShort(data, i) {
  const text = toldOf(data, "samenvatting", i);
  return text ? folded("In het kort, als lopende tekst", el("p", {}, text)) : "";
}

const split = (names) => (names ? names.split(", ") : []);

function ruleNamed(data, name) {
  const rules = [...data.limits, ...data.preferences, ...data.metingen];
  return rules.find((rule) => rule.naam === name) ?? { naam: name, words: name, layer: null };
}

function reasons(data, i, title, column) {
  const names = split(data.parcels[column][i]).map((name) => ruleNamed(data, name).words);
  return el("p", { class: "rejection" }, el("strong", {}, title), names.join(", "));
}

// A rule may hold only inside some layer: "j", "n" or "o" for each parcel; without that it holds everywhere.
const applies = ({ parcels }, rule, i) => parcels.applies[rule.naam]?.[i] ?? "j";
const ELSEWHERE = "geldt hier niet";

// In a region the page has the general rules only; a municipality may have values of its own over them.
const ownValues = ({ own }, i) => own !== "" && own[i] !== "n";
const OWN_DEMAND = "eigen waarde van de gemeente";

const ruleCell = (rule) => el("th", { scope: "row" }, rule.words);

// Beneath each rule, over the full width: a mark if nobody checked it, and the reason.
function reasonRow(rule, columns, own = false) {
  const source = [rule.bron, rule.datum].filter(Boolean).join(", ");
  const text = (own ? "In het algemeen: " : "") + (source ? `${rule.waarom} (Bron: ${source})` : rule.waarom);
  const mark = rule.unverified ? el("span", { class: "mark" }, "niet geverifieerd*") : "";
  return el("tr", { class: "reason" }, el("td", { colspan: columns }, mark, text));
}

function table(kind, title, headings, rows, foot = null) {
  const head = el("tr", {}, ...headings.map((heading) => el("th", { scope: "col" }, heading)));
  const body = el("table", { class: kind }, el("thead", {}, head), el("tbody", {}, ...rows), foot);
  return el("section", {}, el("h3", {}, title), body);
}

function limitsTable(data, i) {
  const { limits, parcels } = data;
  const own = ownValues(data, i);
  // of a rule that the municipality let lapse there is no verdict, and it is not among what is unknown either
  const lapsed = ({ naam }) => own && parcels.verdicts[naam][i] === "o" && !split(parcels.onbekend[i]).includes(naam);
  const rows = limits.flatMap((rule) => [
    el("tr", {}, ruleCell(rule),
      el("td", {}, shown(parcels.values[rule.naam][i], rule.unit, own ? [] : boundsOfRule(rule))),
      el("td", {}, own ? OWN_DEMAND : threshold(rule)),
      el("td", {}, applies(data, rule, i) === "n" || lapsed(rule) ? ELSEWHERE : verdict(parcels.verdicts[rule.naam][i]))),
    reasonRow(rule, 4, own),
  ]);
  return table("limits", "Eisen", ["Wat", "Waarde", "Grens", "Voldoet"], rows);
}

// Points are the score times its share of the weights that count here; an unknown brings none. Other ways of
// weighing than the sum have no points a rule.
function preferencesTable(data, i) {
  const { preferences, parcels } = data;
  const own = ownValues(data, i);
  const here = (rule) => applies(data, rule, i) === "j";
  const weightOf = (rule) => data.weights[preferences.indexOf(rule)];
  const weights = preferences.reduce((sum, rule) => sum + (here(rule) ? weightOf(rule) : 0), 0);
  const earned = (rule) => (100 * weightOf(rule) * (parcels.scores[rule.naam][i] ?? 0)) / weights;
  const pointsOf = (rule) => {
    if (!here(rule)) return applies(data, rule, i) === "n" ? ELSEWHERE : "onbekend of het hier geldt";
    if (data.method !== "gewogen_som") return "";
    if (!(weights > 0)) return "";
    return `${points(earned(rule))} / ${points((100 * weightOf(rule)) / weights)}`;
  };
  const rows = preferences.flatMap((rule) => {
    const score = parcels.scores[rule.naam][i];
    return [
      el("tr", {}, ruleCell(rule),
        el("td", {}, shown(parcels.values[rule.naam][i], rule.unit)),
        el("td", { class: "number" }, score === null ? "onbekend" : number(score, 2, 2)),
        el("td", { class: "number" }, own && data.method !== "gewogen_som" ? "van de gemeente" : number(weightOf(rule), 2)),
        el("td", { class: "number" }, pointsOf(rule))),
      reasonRow(rule, 5, own),
    ];
  });
  const foot = el("tfoot", {}, el("tr", {}, el("th", { scope: "row", colspan: "4" }, "Samen"),
    el("td", { class: "number" }, points(parcels.score[i]))));
  return table("preferences", "Voorkeuren", ["Wat", "Waarde", "Score", "Gewicht", "Punten"], rows, foot);
}

function measuredTable({ metingen, parcels }, i) {
  const rows = metingen.flatMap((rule) => [
    el("tr", {}, ruleCell(rule), el("td", {}, shown(parcels.values[rule.naam][i], rule.unit))),
    reasonRow(rule, 2),
  ]);
  return table("measured", "Gemeten, niet beoordeeld", ["Wat", "Waarde"], rows);
}

// Named with its kind, because an unknown limit and an unknown preference weigh differently.
function unknownList(data, i) {
  const names = split(data.parcels.onbekend[i]);
  const asked = toldOf(data, "weten_wij_niet", i).split("; ").filter(Boolean);
  const items = names.map((name) => {
    const rule = ruleNamed(data, name);
    const missing = data.absent[rule.layer];
    const effect = data.preferences.includes(rule) ? "telt nu als 0 punten" : "niet te beoordelen";
    return el("li", {}, `${rule.words}: ${effect}${missing ? `; de laag “${missing}” ontbreekt` : ""}.`);
  });
  items.push(...asked.map((line) => el("li", {}, `${line[0].toUpperCase()}${line.slice(1)}.`)));
  const list = items.length ? el("ul", {}, ...items) : el("p", {}, "Alle regels zijn beoordeeld.");
  return el("section", {}, el("h3", {}, "Wat weten wij niet"), list);
}

function footnote() {
  return el("p", { class: "footnote" }, "* Niet geverifieerd: dit getal of deze regel is niet nagelezen in de bron.");
}
