// Joins the parts: layers on the map, list, filters, weights, search and the panel on one location.

const NARROW_MAP = 640; // pixels; here the legend would hide what was asked for

function start(map, background, deepestZoom) {
  const message = document.getElementById("bericht");
  const ready = unpack(document.getElementById("payload"))
    .then((data) => {
      show(map, background, data);
      message.textContent = "";
      requestAnimationFrame(() => (window.locatiescan.opened = performance.now()));
    })
    .catch((error) => {
      message.textContent = "De gegevens in dit bestand zijn niet te lezen. Open het in een recente Chrome, Edge of Firefox.";
      throw error;
    });
  map.setMinZoom(6).setMaxZoom(deepestZoom);
  map.attributionControl.setPrefix("Leaflet");
  watchBackground(map, background, message);
  new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
  window.locatiescan = { map, ready };
}

function show(map, background, data) {
  prepare(data);
  const filters = filtersOf(data);
  const given = data.preferences.map(({ gewicht }) => gewicht);
  const state = { weights: given, wanted: {}, colour: "score", sort: "rang", down: false, page: 0, selected: null };
  const linked = readLink(data, state, filters);
  const view = { given, filters, link: () => writeLink(linkText(data, state, given)) };
  data.weights = state.weights;
  weigh(data, state);
  applyFilters(data, filters, state.wanted);
  view.layers = addLayers(map, data, state);
  view.legend = legendControl(data, state, (colour) => recolour(data, state, view, colour));
  view.select = selection(map, data, state, view);
  view.list = candidateList(data, state, { select: view.select, changed: () => relist(view) });
  view.weights = weightPanel(data, state, (weights) => reweigh(data, state, view, weights));
  const fillFilters = filterForm(filters, state.wanted, () => refilter(data, state, view));
  for (const button of document.querySelectorAll(".wis-filters")) {
    button.addEventListener("click", () => {
      for (const key of Object.keys(state.wanted)) delete state.wanted[key];
      fillFilters();
      refilter(data, state, view);
    });
  }
  refilter(data, state, view);
  scenarioFold(data);
  progressPanel(data);
  searchBox(data, map, view.select);
  addControls(map, background, view, data);
  followPointer(map, data, view, measureTool(map, data));
  printing(map);
  const bounds = fullBounds(data);
  if (bounds.isValid()) map.fitBounds(bounds, { animate: false });
  if (linked !== null) view.select(linked, { zoom: true });
  Object.assign(window.locatiescan, hooks(map, data, state, view));
}

function prepare(data) {
  const { parcels } = data;
  unfold(parcels.values);
  data.shapes = decodeShapes(data.shapes);
  data.boundary = decodeShapes(data.boundary);
  data.drawing = decodeLayout(data.layout, data.projection, data.tie.length);
  data.passing = new Uint8Array(data.tie.length).fill(1);
  data.judge = judgeOf(data);
  const all = parcels.id.map((_, i) => i);
  data.ranked = all.filter((i) => parcels.rang[i] !== null).sort((a, b) => parcels.rang[a] - parcels.rang[b]);
  data.rejected = all.filter((i) => parcels.rang[i] === null);
}

// Scores and ranks under the weights of now; other ways of adding than the sum keep what was given.
function weigh(data, state) {
  if (data.method !== SUM) return;
  const { parcels, judge } = data;
  weighAll(judge, state.weights);
  data.ranked = orderOf(judge);
  data.ranked.forEach((i, place) => {
    parcels.rang[i] = place + 1;
    parcels.score[i] = judge.low[i];
    parcels.score_hoog[i] = judge.high[i];
  });
}

function reweigh(data, state, view, weights) {
  const from = performance.now();
  state.weights = data.weights = weights;
  weigh(data, state);
  view.weights();
  relist(view);
  if (state.selected !== null) view.select.again();
  window.locatiescan.reweighed = performance.now() - from;
  say(data.ranked.length ? `Nummer 1 is nu ${data.parcels.id[data.ranked[0]]}.` : "");
  soon(() => view.layers.repaint()); // the map may follow a frame later
}

function refilter(data, state, view) {
  const active = applyFilters(data, view.filters, state.wanted);
  state.page = 0;
  const text = countText(data);
  for (const place of document.querySelectorAll(".aantal")) place.textContent = text;
  document.getElementById("filters-kop").textContent = active ? `Filters (${active})` : "Filters";
  for (const button of document.querySelectorAll(".wis-filters")) button.hidden = !active;
  relist(view);
  soon(() => view.layers.repaint());
}

function relist(view) {
  view.list.fill();
  view.link();
}

function recolour(data, state, view, colour) {
  state.colour = colour;
  view.legend.fill();
  view.layers.repaint();
  view.link();
}

// One job at most waits for the next frame.
let waiting = null;
function soon(job) {
  if (waiting) cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => {
    waiting = null;
    job();
  });
}

// For who listens: once the hand rests, so that a slider does not chatter.
let speaking = null;
function say(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => (document.getElementById("gezegd").textContent = text), 500);
}

function fullBounds({ boundary, shapes }) {
  const around = (features) => {
    const bounds = L.latLngBounds([]);
    for (let i = 0; i < features.count; i++) if (!isEmpty(features, i)) bounds.extend(boundsOf(features, i));
    return bounds;
  };
  const border = around(boundary);
  return border.isValid() ? border : around(shapes);
}

// Selecting shows the reasons, marks the row and outlines the parcel; the same from map, list and search.
function selection(map, data, state, view) {
  const outline = L.layerGroup().addTo(map);
  const panel = document.getElementById("waarom");
  let cameFrom = null;

  function close() {
    panel.hidden = true;
    panel.parentElement.classList.remove("explained");
    outline.clearLayers();
    markRow(null);
    state.selected = window.locatiescan.selected = null;
    view.link();
    map.invalidateSize();
    const back = cameFrom?.isConnected && cameFrom !== document.body ? cameFrom : document.getElementById("lijst");
    back.focus({ preventScroll: true });
  }

  function fill(i) {
    panel.replaceChildren(whyPanel(data, i));
    document.getElementById("sluit").addEventListener("click", close);
  }

  // The same location under other weights; what was unfolded stays so, and the focus stays with the slider.
  function again() {
    const open = [...panel.querySelectorAll("details")].map((box) => box.open);
    const top = panel.scrollTop;
    fill(state.selected);
    [...panel.querySelectorAll("details")].forEach((box, k) => (box.open = open[k] ?? false));
    panel.scrollTop = top;
  }

  function select(i, { zoom = false } = {}) {
    if (panel.hidden) cameFrom = document.activeElement;
    fill(i);
    panel.hidden = false;
    panel.parentElement.classList.add("explained"); // makes room beside the map
    panel.scrollTop = 0;
    document.getElementById("waarom-kop").focus({ preventScroll: true });
    state.selected = i;
    window.locatiescan.selected = data.parcels.id[i];
    view.list.reveal(i);
    view.link();
    if (map.getContainer().offsetWidth < NARROW_MAP) document.querySelector(".legend").open = false;
    outline.clearLayers();
    map.invalidateSize(); // the panel takes its place from the map
    if (isEmpty(data.shapes, i)) return;
    L.polygon(ringsOf(data.shapes, i), { color: SELECTED, weight: 4, fill: false, interactive: false }).addTo(outline);
    const bounds = boundsOf(data.shapes, i);
    const [right, bottom] = coveredBy(panel, map.getContainer());
    const room = { paddingTopLeft: [40, 40], paddingBottomRight: [40 + right, 40 + bottom] };
    if (zoom) map.fitBounds(bounds, { maxZoom: 17, ...room });
    else map.panInside(bounds.getCenter(), room);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) close();
  });
  return Object.assign(select, { again });
}

// On a narrow screen the panel lies over the map: how many pixels at its right and at its bottom.
function coveredBy(panel, chart) {
  if (getComputedStyle(panel).position !== "fixed") return [0, 0];
  const sheet = panel.offsetWidth >= window.innerWidth;
  if (sheet) chart.scrollIntoView({ block: "start" });
  const [over, under] = [panel.getBoundingClientRect(), chart.getBoundingClientRect()];
  return sheet ? [0, Math.max(0, under.bottom - over.top)] : [Math.max(0, under.right - over.left), 0];
}

// For tests, and for who wants to reach the map from the console.
function hooks(map, data, state, view) {
  const index = (id) => data.parcels.id.indexOf(id);
  return {
    count: data.parcels.id.length,
    select: (id) => view.select(index(id), { zoom: true }),
    pixel: (id) => map.latLngToContainerPoint(boundsOf(data.shapes, index(id)).getCenter()),
    sum: sumOf,
    weigh: (weights) => reweigh(data, state, view, weights),
    ranking: () => data.ranked.map((i) => [data.parcels.id[i], data.parcels.score[i], data.parcels.score_hoog[i]]),
    rules: () => rulesText(data, state.weights),
    measure: (points) => measuredText(data, points),
    boxes: () => Array.from({ length: data.drawing.shapes.count }, (_, box) =>
      ringsOf(data.drawing.shapes, box)[0][0].map(({ lng, lat }) => [lng, lat])),
    passing: () => data.ranked.filter((i) => data.passing[i]).map((i) => data.parcels.id[i]),
  };
}
