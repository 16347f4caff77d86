// Filters: which candidates are in the list and coloured on the map. What is unknown passes no filter on a number.

const UNKNOWN = "onbekend";
const BETWEEN = " / "; // the names of the municipalities of a location across a border

// Only filters on what this map knows.
function filtersOf(data) {
  const { answers, parcels } = data;
  const sites = data.tie.length;
  const word = (name) => (i) => wordOf(data, name, i) ?? UNKNOWN;
  const number = (name) => (i) => numberOf(data, name, i);
  const bpl = parcels.values.bpl_aandeel;
  const all = [
    { key: "woningen", kind: "least", label: "Woningen, ten minste", there: answers.numbers?.woningen, of: number("woningen") },
    { key: "planroute_oordeel", kind: "any", label: "Oordeel over de planroute", there: answers.words?.planroute_oordeel, of: word("planroute_oordeel"), names: ROUTE_WORDS },
    { key: "planroute", kind: "one", label: "Planroute", there: answers.words?.planroute, of: word("planroute"), names: routeNames(data) },
    { key: "weken", kind: "most", label: "Weken tot besluit, ten hoogste", there: answers.numbers?.doorlooptijd_weken_hoog, of: number("doorlooptijd_weken_hoog") },
    { key: "termijn", kind: "least", label: "Termijn mogelijk, ten minste (jaar)", there: answers.numbers?.max_termijn_jaren, of: longest(data) },
    { key: "stikstof", kind: "any", label: "Stikstof", there: answers.words?.stikstof_oordeel, of: word("stikstof_oordeel") },
    { key: "bpl", kind: "most", label: "In beschermd landschap (BPL), ten hoogste (%)", there: bpl, of: (i) => (bpl[i] === null ? null : 100 * bpl[i]) },
    { key: "eigenaar", kind: "one", label: "Eigenaar", there: answers.words?.eigenaar, of: word("eigenaar") },
    { key: "in_gemeente", kind: "one", label: "Gemeente", there: data.home, of: (i) => homeOf(data, i).split(BETWEEN) },
    { key: "gemeente", kind: "one", label: "Kadastrale gemeente", there: data.municipalities?.words.length > 1, of: (i) => wordAt(data.municipalities, i) ?? UNKNOWN },
    { key: "oordeel", kind: "any", label: "Voldoet aan de grenzen", there: sites > 0, of: (i) => VERDICT[parcels.oordeel[i]] },
  ];
  return all.filter(({ there }) => there).map((filter) => ({ ...filter, options: optionsOf(filter, sites) }));
}

function optionsOf({ kind, of }, sites) {
  if (kind !== "any" && kind !== "one") return [];
  const found = new Set();
  for (let i = 0; i < sites; i++) for (const value of [of(i)].flat()) found.add(value);
  return [...found].sort((a, b) => a.localeCompare(b, "nl", { numeric: true }));
}

function routeNames({ answers, tie }) {
  const names = {};
  for (let i = 0; i < tie.length; i++) {
    const code = wordAt(answers.words?.planroute, i);
    if (code) names[code] = `${code}: ${wordAt(answers.words.planroute_titel, i)}`;
  }
  return names;
}

// Years that the best route allows; the law names no maximum where there is a route without one.
function longest(data) {
  return (i) => (wordOf(data, "planroute", i) ? (numberOf(data, "max_termijn_jaren", i) ?? Infinity) : null);
}

function passes(filter, wanted, i) {
  if (wanted === undefined || wanted === "" || wanted.length === 0) return true;
  const value = filter.of(i);
  if (filter.kind === "any") return wanted.includes(value);
  if (filter.kind === "one") return [value].flat().includes(wanted);
  if (value === null) return false;
  return filter.kind === "least" ? value >= Number(wanted) : value <= Number(wanted);
}

function applyFilters(data, filters, wanted) {
  data.passing.fill(1);
  const active = filters.filter(({ key }) => wanted[key] !== undefined && wanted[key].length);
  for (const filter of active) {
    for (let i = 0; i < data.passing.length; i++) if (data.passing[i] && !passes(filter, wanted[filter.key], i)) data.passing[i] = 0;
  }
  return active.length;
}

function countText(data) {
  const [sites, homes] = [data.passing, data.answers.numbers?.woningen];
  const left = sites.reduce((sum, one) => sum + one, 0);
  const total = homes ? homes.reduce((sum, one, i) => sum + (sites[i] ? (one ?? 0) : 0), 0) : null;
  const said = `${number(left, 0)} van ${number(sites.length, 0)} locaties`;
  return total === null ? said : `${said}, ${number(total, 0)} woningen`;
}

// The form; `changed` is called after every change, with all that is wanted now.
function filterForm(filters, wanted, changed) {
  const form = document.getElementById("filterformulier");
  const set = (key, value) => {
    if (value === undefined || value === "" || value.length === 0) delete wanted[key];
    else wanted[key] = value;
    changed();
  };
  form.replaceChildren(...filters.map((filter) => (filter.kind === "any" ? boxes : field)(filter, wanted, set)));
  form.addEventListener("submit", (event) => event.preventDefault());
  return () => form.replaceChildren(...filters.map((filter) => (filter.kind === "any" ? boxes : field)(filter, wanted, set)));
}

function boxes({ key, label, options, names }, wanted, set) {
  const inputs = options.map((value) => {
    const checked = wanted[key]?.includes(value) ? "" : null;
    const input = el("input", { type: "checkbox", name: key, value, checked });
    return [input, el("label", {}, input, names?.[value] ?? value)];
  });
  for (const [input] of inputs) {
    input.addEventListener("change", () => set(key, inputs.filter(([one]) => one.checked).map(([one]) => one.value)));
  }
  return el("fieldset", { class: "boxes" }, el("legend", {}, label), ...inputs.map(([, labelled]) => labelled));
}

function field({ key, kind, label, options, names }, wanted, set) {
  const id = `filter-${key}`;
  const choice = (value) => el("option", { value, selected: wanted[key] === value ? "" : null }, names?.[value] ?? value);
  const input = kind === "one"
    ? el("select", { id }, el("option", { value: "" }, "alle"), ...options.map(choice))
    : el("input", { id, type: "number", min: 0, step: "any", inputmode: "decimal", value: wanted[key] ?? "" });
  input.addEventListener(kind === "one" ? "change" : "input", () => set(key, input.value));
  return el("p", { class: "field" }, el("label", { for: id }, label), input);
}
