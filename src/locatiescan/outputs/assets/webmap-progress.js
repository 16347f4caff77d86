// Homes against the target: tables and two charts in a dialog, which brings its own keyboard (Escape, Tab, focus).

const STAGE_INKS = ["#ffffff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"]; // from candidate to built, ever darker
const WORK = {
  get width() { return Math.max(300, Math.min(720, window.innerWidth - 70)); }, // letters keep their size on a phone
  left: 130, right: 60, bar: 22, gap: 12, tall: 240, longest: 16,
};
const homesText = (value) => (value === null ? UNKNOWN : number(value, 0));

function progressPanel(data) {
  const told = data.progress;
  const button = document.getElementById("voortgang-knop");
  if (!told) return;
  const box = document.getElementById("voortgang");
  const close = el("button", { type: "button", class: "close" }, "Sluiten");
  const title = el("h2", { id: "voortgang-kop", tabindex: -1 }, "Voortgang");
  const about = told.peildatum ? `Peildatum ${dateOf(told.peildatum)}. ` : "";
  box.append(
    el("div", { class: "panel-head" }, title, close),
    el("p", { class: "hint" }, `${about}${told.doel === null ? "Er is geen doel gegeven." : `Doel: ${homesText(told.doel)} woningen.`}`),
    stageChart(told), stageTable(told), ...choiceOfPlace(told),
    el("ul", { class: "hint" }, ...told.notes.map((note) => el("li", {}, note))));
  close.addEventListener("click", () => box.close());
  button.addEventListener("click", () => {
    box.showModal();
    box.scrollTop = 0;
    title.focus({ preventScroll: true });
  });
  button.hidden = false;
}

const rowsAt = (table, code) => table.gemeente_code.flatMap((one, i) => (one === code ? [i] : []));
const numeric = (text) => el("td", { class: "number" }, text);

function progressTable(title, headings, rows) {
  const part = table("progress", title, headings, rows);
  for (const head of [...part.querySelectorAll("thead th")].slice(1)) head.className = "number";
  return el("section", {}, part.querySelector("h3"),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Tabel: ${title}` }, part.querySelector("table")));
}

function stageTable({ gemeenten: all, fasen }) {
  const rows = all.gemeente.map((name, i) => el("tr", { class: all.gemeente_code[i] ? null : "together" },
    el("th", { scope: "row" }, name),
    numeric(all.doel[i] === null ? "–" : homesText(all.doel[i])), ...fasen.map(({ naam }) => numeric(homesText(all[naam][i]))),
    numeric(homesText(all.toegezegd[i])), numeric(all.te_gaan[i] === null ? "–" : homesText(all.te_gaan[i])),
    numeric(`${homesText(all.woningen_laag[i])} tot ${homesText(all.woningen_hoog[i])}`), numeric(homesText(all.zonder_aantal[i]))));
  const headings = ["Gemeente", "Doel", ...fasen.map(({ words }) => words), "Toegezegd", "Te gaan", "Laag tot hoog", "Zonder aantal"];
  return progressTable("Woningen naar status", headings, rows);
}

// Terms, routes and quarters of one municipality, or of all.
function choiceOfPlace(told) {
  const { gemeente, gemeente_code: codes } = told.gemeenten;
  const select = el("select", { id: "voortgang-gemeente" }, ...codes.map((code, i) => el("option", { value: code }, gemeente[i])));
  select.value = codes.at(-1); // all together stands last
  const place = el("div", {});
  const fill = () => place.replaceChildren(
    sumsTable(told, "Woningen naar langste termijn", "Termijn", told.termijnen, select.value, (all, i) => all.termijn[i]),
    sumsTable(told, "Woningen naar planroute", "Planroute", told.routes, select.value, (all, i) => [all.planroute[i], all.titel[i]].filter(Boolean).join(" ")),
    quarterChart(told, select.value), quarterTable(told, select.value));
  select.addEventListener("change", fill);
  fill();
  const field = el("p", { class: "field" }, el("label", { for: "voortgang-gemeente" }, "Termijn, planroute en kwartaal van"), select);
  return codes.length > 1 ? [field, place] : [place];
}

function sumsTable(told, title, heading, all, code, name) {
  const rows = rowsAt(all, code).map((i) => el("tr", {}, el("th", { scope: "row" }, name(all, i)),
    ...["locaties", "zonder_aantal", "woningen_laag", "woningen", "woningen_hoog"].map((column) => numeric(homesText(all[column][i])))));
  return progressTable(title, [heading, told.plekken, "Zonder aantal", "Laag", "Woningen", "Hoog"], rows);
}

function quarterTable({ kwartalen: all }, code) {
  const sides = ["vroeg", "laat"];
  const rows = rowsAt(all, code).map((i) => el("tr", {}, el("th", { scope: "row" }, all.kwartaal[i]),
    ...sides.flatMap((side) => ["woningen", "woningen_samen", "lopend_samen"].map((what) => {
      const value = all[`${side}_${what}`][i];
      return numeric(value === null ? "–" : homesText(value));
    }))));
  const headings = sides.flatMap((side) => [`Woningen, ${side}`, "Tot en met dan", "Waarvan in onderzoek of verder"]);
  return progressTable("Woningen naar kwartaal waarin de route onherroepelijk kan zijn", ["Kwartaal", ...headings], rows);
}

// Bars of homes by stage, with the target as a line across each.
function stageChart({ gemeenten: all, fasen, lopend }) {
  const shownStages = fasen.map((stage, k) => ({ ...stage, ink: STAGE_INKS[k] })).slice(lopend ? 1 : 0);
  const places = all.gemeente.map((_, i) => i).filter((i) => all.gemeente_code[i] || all.gemeente.length === 1);
  const total = (i) => shownStages.reduce((sum, { naam }) => sum + all[naam][i], 0);
  const most = Math.max(1, ...places.map((i) => Math.max(total(i), lopend ? all.doel[i] ?? 0 : 0)));
  const scale = (value) => (value / most) * (WORK.width - WORK.left - WORK.right);
  const bars = places.flatMap((i, row) => stageBar(all, i, row, shownStages, scale, most));
  const height = places.length * (WORK.bar + WORK.gap) + WORK.gap;
  const label = places.map((i) => `${all.gemeente[i]} ${homesText(total(i))}${all.doel[i] === null ? "" : ` van ${homesText(all.doel[i])}`}`).join("; ");
  const picture = svg("svg", { viewBox: `0 0 ${WORK.width} ${height}`, role: "img", "aria-label": `Woningen per gemeente: ${label}` }, ...bars);
  const key = [...shownStages.map(({ words, ink }) => el("li", {}, el("i", { style: `background:${ink}` }), words)), el("li", {}, "rode streep: doel")];
  const said = lopend ? "Woningen per gemeente vanaf onderzoek; kandidaten staan in de tabel." : "Woningen per gemeente; alles is nog kandidaat.";
  return el("figure", { class: "chart-figure" }, el("ul", { class: "stages" }, ...key), picture, el("figcaption", {}, said));
}

function stageBar(all, i, row, stages, scale, most) {
  const y = WORK.gap + row * (WORK.bar + WORK.gap);
  const parts = [chartText(WORK.left - 8, y + WORK.bar * 0.7, shortened(all.gemeente[i]), "end")];
  let x = WORK.left;
  for (const { naam, ink } of stages) {
    const width = scale(all[naam][i]);
    if (width > 0) parts.push(svg("rect", { x, y, width, height: WORK.bar, fill: ink, stroke: "#1f2937", "stroke-width": 1 }));
    x += width;
  }
  const mark = all.doel[i] === null ? x : WORK.left + scale(all.doel[i]);
  const end = mark > x && mark < x + 45 ? mark : x; // the number does not stand in the line
  parts.push(chartText(end + 8, y + WORK.bar * 0.7, homesText(stages.reduce((sum, { naam }) => sum + all[naam][i], 0)), "start"));
  if (all.doel[i] !== null && all.doel[i] <= most) {
    const at = WORK.left + scale(all.doel[i]);
    parts.push(svg("line", { x1: at, x2: at, y1: y - 5, y2: y + WORK.bar + 5, stroke: "#a3151f", "stroke-width": 3 }));
  }
  return parts;
}

const shortened = (name) => (name.length > WORK.longest ? `${name.slice(0, WORK.longest - 1)}…` : name);
const chartText = (x, y, text, anchor) => svg("text", { x, y, "text-anchor": anchor, "font-size": 13, fill: "#1a2027" }, text);

// Homes until each quarter: early as a full line, late as a broken one.
function quarterChart(told, code) {
  const { kwartalen: all, gemeenten, lopend } = told;
  const what = lopend ? "lopend_samen" : "woningen_samen";
  const rows = rowsAt(all, code).filter((i) => all.kwartaal[i] !== UNKNOWN);
  if (!rows.length) return el("p", { class: "hint" }, "Van geen enkele locatie is bekend wanneer de route onherroepelijk kan zijn.");
  const target = lopend ? gemeenten.doel[gemeenten.gemeente_code.indexOf(code)] : null;
  const lines = ["vroeg", "laat"].map((side) => rows.map((i) => all[`${side}_${what}`][i]));
  const most = Math.max(1, target ?? 0, ...lines.flat());
  const [wide, tall] = [WORK.width - 60 - 90, WORK.tall - 50];
  const x = (k) => 60 + (rows.length > 1 ? (k / (rows.length - 1)) * wide : wide);
  const y = (value) => 15 + tall - (value / most) * tall;
  const steps = (line) => line.map((value, k) => (k ? `H${x(k)}V${y(value)}` : `M60 ${y(0)}H${x(0)}V${y(value)}`)).join("");
  const marks = rows.map((i, k) => [i, k]).filter(([, k]) => k % Math.ceil(rows.length / (wide / 80)) === 0);
  const ends = lines.map((line) => y(line.at(-1)) + 4);
  if (Math.abs(ends[0] - ends[1]) < 14) ends[1] = ends[0] + 14; // two words on one spot
  const parts = [
    svg("path", { d: `M60 15V${15 + tall}H${60 + wide}`, stroke: "#6b7280", fill: "none" }),
    chartText(54, y(most) + 5, homesText(most), "end"), chartText(54, y(0), "0", "end"),
    ...marks.map(([i, k]) => chartText(x(k), 15 + tall + 20, all.kwartaal[i], "middle")),
    svg("path", { d: steps(lines[0]), stroke: "#08306b", "stroke-width": 2.5, fill: "none" }),
    svg("path", { d: steps(lines[1]), stroke: "#08306b", "stroke-width": 2.5, "stroke-dasharray": "7 4", fill: "none" }),
    chartText(66 + wide, ends[0], "vroeg", "start"), chartText(66 + wide, ends[1], "laat", "start"),
    ...(target ? [svg("line", { x1: 60, x2: 60 + wide, y1: y(target), y2: y(target), stroke: "#a3151f", "stroke-width": 2 }), chartText(64, y(target) - 5, `doel ${homesText(target)}`, "start")] : []),
  ];
  const ending = lines.map((line, k) => `${["vroeg", "laat"][k]} ${homesText(line.at(-1))}`).join(", ");
  const label = `Woningen tot en met elk kwartaal, aan het eind (${all.kwartaal[rows.at(-1)]}): ${ending}`;
  const said = `${lopend ? "Woningen in onderzoek of verder" : "Woningen van alle kandidaten"}, opgeteld tot en met het kwartaal; volle lijn vroeg, onderbroken lijn laat.`;
  const picture = svg("svg", { viewBox: `0 0 ${WORK.width} ${WORK.tall}`, role: "img", "aria-label": label }, ...parts);
  return el("figure", { class: "chart-figure" }, picture, el("figcaption", {}, said));
}
