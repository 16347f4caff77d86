// Joins the parts: layers on the map, list, search and the panel "Waarom?".

// ColorBrewer YlGnBu, readable for colour-blind eyes; dark is better.
const SCORE_COLOURS = ["#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"];
const SELECTED = "#d81b60";

function start(map, background, deepestZoom) {
  const message = document.getElementById("bericht");
  const ready = unpack(document.getElementById("payload"))
    .then((data) => {
      show(map, background, data);
      message.textContent = "";
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
  const layers = addLayers(map, data);
  const select = selection(map, data);
  fillList(data, select);
  searchBox(data, select);
  addControls(map, background, layers, data);
  followPointer(map, data, layers, select);
  const bounds = fullBounds(data);
  if (bounds.isValid()) map.fitBounds(bounds, { animate: false });
  Object.assign(window.locatiescan, hooks(map, data, select));
}

function prepare(data) {
  const { parcels } = data;
  data.shapes = decodeShapes(data.shapes);
  data.boundary = decodeShapes(data.boundary);
  const all = parcels.id.map((_, i) => i);
  data.ranked = all.filter((i) => parcels.rang[i] !== null).sort((a, b) => parcels.rang[a] - parcels.rang[b]);
  data.rejected = all.filter((i) => parcels.rang[i] === null);
}

function fullBounds({ boundary, shapes }) {
  if (boundary.count && !isEmpty(boundary, 0)) return boundsOf(boundary, 0);
  const bounds = L.latLngBounds([]);
  for (let i = 0; i < shapes.count; i++) if (!isEmpty(shapes, i)) bounds.extend(boundsOf(shapes, i));
  return bounds;
}

const scoreClass = (score) => Math.max(0, Math.min(4, Math.floor((score ?? 0) / 20)));

function addLayers(map, data) {
  const { parcels, shapes } = data;
  const fill = SCORE_COLOURS.map((colour) => `${colour}d9`);
  const candidate = (i, zoom) => ({
    fill: fill[scoreClass(parcels.score[i])],
    stroke: "#1f2937",
    width: zoom < 14 ? 0.5 : 1.5,
    dash: parcels.oordeel[i] === "o" && zoom >= 14 ? [5, 4] : null,
  });
  const rejected = (_, zoom) => ({ fill: "#8a8f981f", stroke: "#6b7280", width: zoom < 14 ? 0.15 : zoom < 16 ? 0.4 : 0.8 });
  const layer = (z, shapes, members, style) => {
    const pane = `vlakken${z}`;
    map.createPane(pane).style.zIndex = z; // all above the background, below Leaflet's own outlines
    map.getPane(pane).style.pointerEvents = "none";
    return new ShapeLayer(shapes, members, style, { pane });
  };
  const layers = {
    rejected: layer(310, shapes, data.rejected, rejected).addTo(map),
    candidates: layer(320, shapes, [...data.ranked].reverse(), candidate).addTo(map),
    boundary: layer(340, data.boundary, [0], () => ({ fill: "", stroke: "#111827", width: 2.5, dash: [10, 4, 2, 4] })).addTo(map),
    overlays: data.overlays.map((overlay, k) => {
      const shapes = decodeShapes(overlay.shapes);
      const members = Array.from({ length: shapes.count }, (_, i) => i);
      const style = () => ({ fill: `${overlay.colour}26`, stroke: overlay.colour, width: 1.5 });
      const drawn = layer(330 + k, shapes, members, style);
      if (overlay.on) drawn.addTo(map);
      return drawn;
    }),
  };
  return layers;
}

// Selecting shows the reasons, marks the row and outlines the parcel; the same from map, list and search.
function selection(map, data) {
  const outline = L.layerGroup().addTo(map);
  const panel = document.getElementById("waarom");
  let cameFrom = null;

  function close() {
    panel.hidden = true;
    panel.parentElement.classList.remove("explained");
    outline.clearLayers();
    markRow(null);
    window.locatiescan.selected = null;
    cameFrom?.focus({ preventScroll: true });
  }

  function select(i, { zoom = false } = {}) {
    if (panel.hidden) cameFrom = document.activeElement;
    panel.replaceChildren(whyPanel(data, i));
    panel.hidden = false;
    panel.parentElement.classList.add("explained"); // makes room beside the map
    panel.scrollTop = 0;
    document.getElementById("sluit").addEventListener("click", close);
    document.getElementById("waarom-kop").focus({ preventScroll: true });
    window.locatiescan.selected = data.parcels.id[i];
    markRow(i);
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
  return select;
}

// On a narrow screen the panel lies over the map: how many pixels at its right and at its bottom.
function coveredBy(panel, chart) {
  if (getComputedStyle(panel).position !== "fixed") return [0, 0];
  const sheet = panel.offsetWidth >= window.innerWidth;
  if (sheet) chart.scrollIntoView({ block: "start" });
  const [over, under] = [panel.getBoundingClientRect(), chart.getBoundingClientRect()];
  return sheet ? [0, Math.max(0, under.bottom - over.top)] : [Math.max(0, under.right - over.left), 0];
}

function followPointer(map, data, layers, select) {
  const under = (latlng) => {
    const found = map.hasLayer(layers.candidates) ? featureAt(data.shapes, data.ranked, latlng) : -1;
    return found < 0 && map.hasLayer(layers.rejected) ? featureAt(data.shapes, data.rejected, latlng) : found;
  };
  map.on("click", ({ latlng }) => {
    const found = under(latlng);
    if (found >= 0) select(found);
  });
  map.on("mousemove", ({ latlng }) => {
    map.getContainer().style.cursor = under(latlng) >= 0 ? "pointer" : "";
  });
}

function addControls(map, background, layers, data) {
  // Leaflet writes these names as markup, so titles from data go through an element first.
  const safe = (text) => el("span", {}, text).innerHTML;
  const overlays = { Kandidaten: layers.candidates, "Afgewezen percelen": layers.rejected, Gemeentegrens: layers.boundary };
  layers.overlays.forEach((layer, k) => (overlays[safe(data.overlays[k].title)] = layer));
  overlays.Achtergrondkaart = background;
  const narrow = window.innerWidth < 760;
  L.control.layers(null, overlays, { collapsed: narrow }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const legend = L.control({ position: "bottomright" });
  legend.onAdd = () => legendBox(data, !narrow);
  legend.addTo(map);
}

function legendBox(data, open) {
  const swatch = (kind, colour, text) => {
    const patch = el("span", { class: `swatch ${kind}` });
    if (colour) patch.style.background = colour;
    return el("li", {}, patch, text);
  };
  const classes = SCORE_COLOURS.map((colour, k) => swatch("", colour, `score ${20 * k} tot ${20 * (k + 1)}`)).reverse();
  const overlays = data.overlays.map(({ colour, title }) => {
    const item = swatch("area", `${colour}26`, title);
    item.firstChild.style.borderColor = colour;
    return item;
  });
  const box = el("details", { class: "legend leaflet-control", open: open ? "" : null }, el("summary", {}, "Legenda"),
    el("ul", {}, ...classes, swatch("unsure", "", "niet alles bekend"), swatch("out", "", "afgewezen"),
      swatch("border", "", "gemeentegrens"), ...overlays));
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  return box;
}

// Without a network the map works on; after three failures and no success the background is taken away.
function watchBackground(map, background, message) {
  let failed = 0;
  let loaded = 0;
  background.on("tileload", () => loaded++);
  background.on("tileerror", () => {
    failed++;
    if (failed < 3 || loaded || !map.hasLayer(background)) return;
    background.remove();
    const notice = L.control({ position: "bottomleft" });
    notice.onAdd = () => el("p", { class: "notice", role: "status" }, "Achtergrondkaart niet bereikbaar (offline)");
    notice.addTo(map);
    background.once("add", () => {
      failed = 0; // switched on again by hand: a fresh try
      notice.remove();
    });
  });
}

// For tests, and for who wants to reach the map from the console.
function hooks(map, data, select) {
  const index = (id) => data.parcels.id.indexOf(id);
  return {
    count: data.parcels.id.length,
    select: (id) => select(index(id), { zoom: true }),
    pixel: (id) => map.latLngToContainerPoint(boundsOf(data.shapes, index(id)).getCenter()),
  };
}
