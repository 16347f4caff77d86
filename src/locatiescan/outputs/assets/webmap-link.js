// What was chosen stands in the address behind #, so that a link or a reload brings it back.

const FILTER_MARK = "f.";

function linkText(data, state, given) {
  const parts = new URLSearchParams();
  if (state.selected !== null) parts.set("locatie", data.parcels.id[state.selected]);
  if (state.colour !== "score") parts.set("kleur", state.colour);
  if (state.sort !== "rang" || state.down) parts.set("volgorde", `${state.sort}${state.down ? ":af" : ""}`);
  if (state.weights.some((weight, k) => weight !== given[k])) {
    parts.set("gewichten", data.preferences.map(({ naam }, k) => `${naam}:${state.weights[k]}`).join(","));
  }
  for (const [key, value] of Object.entries(state.wanted)) {
    for (const one of Array.isArray(value) ? value : [value]) parts.append(FILTER_MARK + key, one);
  }
  return parts.toString();
}

// Only what this map knows is taken over; a link made for another map does no harm.
function readLink(data, state, filters) {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (parts.get("kleur") === "route" && data.answers.words) state.colour = "route";
  const [sort, way] = (parts.get("volgorde") ?? "").split(":");
  if (Object.hasOwn(ORDERS, sort)) Object.assign(state, { sort, down: way === "af" });
  if (data.method === SUM) state.weights = linkedWeights(data, parts.get("gewichten"), state.weights);
  for (const { key, kind, options } of filters) {
    const values = parts.getAll(FILTER_MARK + key).filter((value) => (options.length ? options.includes(value) : Number.isFinite(Number(value))));
    if (values.length) state.wanted[key] = kind === "any" ? values : values[0];
  }
  const found = data.parcels.id.indexOf(parts.get("locatie"));
  return parts.has("locatie") && found >= 0 ? found : null;
}

function linkedWeights({ preferences }, text, otherwise) {
  const given = new Map((text ?? "").split(",").map((part) => part.split(":")));
  return preferences.map(({ naam }, k) => {
    const weight = Number(given.get(naam) ?? NaN);
    return Number.isFinite(weight) && weight >= 0 ? weight : otherwise[k];
  });
}

function writeLink(text) {
  const here = location.hash.slice(1);
  if (text === here || (here && !here.includes("=") && !text)) return; // an anchor on the page is none of ours
  history.replaceState(null, "", `#${text}`);
}
