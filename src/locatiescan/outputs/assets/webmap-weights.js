// Sliders for the weights, and the rules file that gives the program the same ranking.

const SUM = "gewogen_som";

function weightPanel(data, state, changed) {
  const box = document.getElementById("schuiven");
  const note = document.getElementById("gewichten-uitleg");
  const save = document.getElementById("bewaar");
  const fixed = data.method !== SUM;
  if (fixed) note.textContent = `Deze scan telt op met ${data.method}; de gewichten zijn dan alleen in de regels te veranderen. Hieronder staat wat ${data.home ? "in het algemeen geldt" : "gold"}.`;
  const rows = data.preferences.map((rule, k) => slider(rule, k, data, state, fixed, changed));
  const show = () => {
    const total = sumOf(state.weights);
    rows.forEach((row, k) => row.show(state.weights[k], total));
    save.disabled = fixed || !(total > 0);
    document.getElementById("terug").disabled = fixed;
  };
  box.replaceChildren(...rows.map(({ item }) => item));
  presets(data, state, fixed, changed);
  document.getElementById("terug").addEventListener("click", () => changed(data.preferences.map((rule) => rule.gewicht)));
  save.addEventListener("click", () => download("regels_gewichten.yaml", rulesText(data, state.weights)));
  show();
  return show;
}

// The scale leaves room to double the heaviest weight.
function slider(rule, k, data, state, fixed, changed) {
  const heaviest = Math.max(...data.preferences.map(({ gewicht }) => gewicht));
  const top = heaviest <= 0.5 ? 1 : heaviest <= 5 ? 10 : heaviest <= 50 ? 100 : 2 * heaviest;
  const id = `gewicht-${k}`;
  const input = el("input", { id, type: "range", min: 0, max: top, step: top / 20, disabled: fixed ? "" : null });
  const outcome = el("output", { for: id });
  input.addEventListener("input", () => changed(state.weights.map((weight, j) => (j === k ? Number(input.value) : weight))));
  const show = (weight, total) => {
    input.value = weight; // shown on the nearest step; the weight itself stays as it is
    const share = total > 0 ? ` (${number((100 * weight) / total, 0)}\u00a0%)` : "";
    outcome.textContent = `${number(weight, 2)}${share}`;
    input.setAttribute("aria-valuetext", `${number(weight, 2)} van ${number(top, 0)}${share}`);
  };
  return { item: el("p", { class: "slider" }, el("label", { for: id }, rule.words), outcome, input), show };
}

function presets(data, state, fixed, changed) {
  const place = document.getElementById("profielen");
  if (fixed || !data.profiles.length) return;
  const given = [{ titel: "Algemeen (zoals gescand)", gewichten: {} }, ...data.profiles];
  const select = el("select", { id: "profiel" }, ...given.map(({ titel }, k) => el("option", { value: k }, titel)));
  select.addEventListener("change", () => {
    const { gewichten } = given[Number(select.value)];
    changed(data.preferences.map((rule) => gewichten[rule.naam] ?? rule.gewicht));
  });
  place.replaceChildren(el("label", { for: "profiel" }, "Begin met de gewichten van"), select);
}

// YAML in one piece: the rules as they were applied, with these weights.
function rulesText({ rules_file: file, preferences, gemeente, home }, weights) {
  const weighed = preferences.filter((_, k) => weights[k] > 0).map(({ naam }) => naam);
  const value = new Map(preferences.map(({ naam }, k) => [naam, weights[k]]));
  const dropped = preferences.filter(({ naam }) => !weighed.includes(naam)).map(({ naam }) => naam);
  const measured = [...file.metingen, ...dropped.map((naam) => file.preferences[naam].unweighed).filter(Boolean)];
  const oneLine = (text) => String(text).replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, " ");
  return [
    `# Gewichten gekozen op de kaart van ${oneLine(gemeente)}; verder de ${home ? "algemene regels van die scan." : "regels van die scan, met de eigen waarden van de gemeente erin."}`,
    home
      ? "# Gebruik: locatiescan run --regels DIT_BESTAND. Leg het naast de map gemeenten: eigen waarden staan er niet in."
      : "# Gebruik: locatiescan run --regels DIT_BESTAND. Leg het niet naast een map gemeenten: die waarden golden al.",
    ...(dropped.length ? [`# Gewicht 0, dus geen voorkeur meer: ${dropped.join(", ")}.`] : []),
    ...file.head,
    ...listed("metingen", measured),
    ...listed("preferences", weighed.map((naam) => `${file.preferences[naam].item}, gewicht: ${value.get(naam)}}`)),
    ...listed("profielen", file.profielen.flatMap((profile) => profileLine(profile, weighed))),
    "",
  ].join("\n");
}

const listed = (name, items) => (items.length ? [`${name}:`, ...items.map((item) => `  - ${item}`)] : []);

// A profile keeps its weights for what still is a preference.
function profileLine({ head, gewichten }, weighed) {
  const kept = Object.entries(gewichten).filter(([naam]) => weighed.includes(naam));
  if (!kept.length || weighed.every((naam) => gewichten[naam] === 0)) return [];
  return [`${head}, gewichten: {${kept.map(([naam, weight]) => `${naam}: ${weight}`).join(", ")}}}`];
}

function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
