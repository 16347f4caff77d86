// Finished runs beside the run of this map. What stands here is as it was scanned: sliders do not change it.

const AS_SCANNED = "Zoals gescand: schuiven aan de gewichten verandert deze tabel niet.";
const NOT_ASKED = "niet gevraagd";
const ROUTE_VERDICTS = ["open", "handmatig toetsen", "dicht", "onbekend"];
const NAMED = 50; // locations in a list; a large municipality has thousands

const scenarioName = (k) => (k === 0 ? "Deze kaart" : `Scenario ${k}`);

function scenarioTitle({ titel }) {
  const file = titel.regelbestand ? ` (${titel.regelbestand})` : "";
  return [
    titel.peildatum ? `peildatum ${dateOf(titel.peildatum)}` : `peildatum ${NOT_ASKED}`,
    titel.termijn ? `termijn ${titel.termijn}` : `termijn ${NOT_ASKED}`,
    `regels ${titel.regels}${file}`,
    `scan van ${titel.gestart ? titel.gestart.slice(0, 16).replace("T", " ") + " UTC" : UNKNOWN}`,
    ...(titel.fictief ? ["fictieve gegevens"] : []),
  ].join(", ");
}

// In the panel of a location: one row a run, this one first.
function scenarioTable(data, i) {
  if (!data.scenarios || i >= data.tie.length) return "";
  const rows = data.scenarios.map((one, k) => el("tr", {},
    el("th", { scope: "row" }, scenarioName(k)), ...scenarioCells(one, i)));
  const part = table("scenarios", "Scenario's naast elkaar", ["Scan", "Rang", "Score", "Woningen", "Planroute"], rows);
  part.append(el("p", { class: "hint" }, AS_SCANNED), folded("Welke scans zijn dit?", scenarioKey(data)));
  return part;
}

function scenarioCells(one, i) {
  const { rang, score, woningen } = one.numbers;
  if (rang[i] === null) {
    const home = wordAt(one.samen, i);
    return [el("td", { colspan: 4 }, home ? `geen kandidaat onder deze naam; de grond hoort daar bij ${home}` : "geen kandidaat")];
  }
  const other = one.andere_percelen.includes(i) ? el("small", {}, " uit andere percelen") : "";
  const text = (column) => (column === undefined ? NOT_ASKED : column[i] === null ? UNKNOWN : number(column[i], 0));
  return [el("td", {}, number(rang[i], 0), other), el("td", {}, points(score[i])), el("td", {}, text(woningen)), el("td", {}, ...scenarioRoute(one, i))];
}

function scenarioRoute({ words }, i) {
  if (!words.planroute_oordeel) return [NOT_ASKED];
  const verdict = wordAt(words.planroute_oordeel, i);
  const name = wordAt(words.planroute, i);
  return [name ? `${name} ` : "", tone(ROUTE_WORDS[verdict] ?? UNKNOWN, verdict)];
}

const scenarioKey = (data) =>
  pairs(data.scenarios.map((one, k) => [scenarioName(k), scenarioTitle(one)]));

// A fold of the page: all locations and homes, one column a run.
function scenarioFold(data) {
  if (!data.scenarios) return;
  const all = data.scenarios;
  const row = (name, text) => el("tr", {}, el("th", { scope: "row" }, name), ...all.map(({ counts }) => el("td", {}, text(counts))));
  const homes = (value) => (value === null ? NOT_ASKED : number(value, 0));
  const byRoute = (verdict) => ({ planroute }) => {
    if (planroute === null) return NOT_ASKED;
    const { locaties, woningen } = planroute[verdict] ?? { locaties: 0, woningen: 0 };
    return `${number(locaties, 0)} ${locaties === 1 ? "locatie" : "locaties"}, ${number(woningen, 0)} woningen`;
  };
  const rows = [
    row("Locaties", ({ locaties }) => number(locaties, 0)),
    row("Oordeel ja", ({ oordeel }) => number(oordeel.ja ?? 0, 0)),
    row("Oordeel onbekend", ({ oordeel }) => number(oordeel.onbekend ?? 0, 0)),
    row("Woningen", ({ woningen }) => homes(woningen)),
    row("Locaties met aantal woningen onbekend", ({ woningen_onbekend }) => homes(woningen_onbekend)),
    ...ROUTE_VERDICTS.map((verdict) => row(`Planroute ${ROUTE_WORDS[verdict] ?? UNKNOWN}`, byRoute(verdict))),
  ];
  const part = table("scenarios", "Alle locaties", ["Wat", ...all.map((_, k) => scenarioName(k))], rows);
  const scroll = el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Tabel van scenario's" }, part.querySelector("table"));
  const box = document.getElementById("scenarios");
  box.append(scenarioKey(data), scroll, el("p", { class: "hint" }, AS_SCANNED), ...all.slice(1).map((one, k) => onlyThere(one, k + 1)));
  box.hidden = false;
}

function onlyThere({ alleen_daar: there }, k) {
  const names = there.id.map((id, at) => {
    const home = wordAt(there.samen, at);
    return el("li", {}, `${id}, rang ${there.rang[at] ?? UNKNOWN}${home ? `; de grond hoort hier bij ${home}` : ""}`);
  });
  const more = names.length - NAMED;
  return el("div", {}, el("p", {}, `Alleen in ${scenarioName(k)}: ${number(names.length, 0)} ${names.length === 1 ? "locatie" : "locaties"}.`),
    names.length ? folded("Welke?", el("ul", {}, ...names.slice(0, NAMED), ...(more > 0 ? [el("li", {}, `en nog ${number(more, 0)}`)] : []))) : "");
}
