// Layers on the map, the switches for them, and what a pointer does.

function addLayers(map, data, state) {
  const { shapes, drawing } = data;
  const rejected = (_, zoom) => ({ fill: "#8a8f981f", stroke: "#6b7280", width: zoom < 14 ? 0.15 : zoom < 16 ? 0.4 : 0.8 });
  const layer = (z, shapes, members, style, options = {}) => {
    const pane = `vlakken${z}`;
    map.createPane(pane).style.zIndex = z; // all above the background, below Leaflet's own outlines
    map.getPane(pane).style.pointerEvents = "none";
    return new ShapeLayer(shapes, members, style, { pane, ...options });
  };
  const sites = [...data.ranked].reverse();
  const fills = layer(320, shapes, sites, candidateStyle(data, state));
  const labels = layer(390, shapes, sites, (i) => ({ label: data.passing[i] ? String(data.parcels.rang[i]) : " " }), { minZoom: 15 });
  const kinds = Object.entries(OVERLAY_KINDS).map(([kind, look]) => ({ ...look, members: boxesOfKind(drawing, kind) })).filter(({ members }) => members.length);
  data.drawn = kinds;
  const layers = {
    rejected: layer(310, shapes, data.rejected, rejected).addTo(map),
    candidates: L.layerGroup([fills, labels]).addTo(map),
    boundary: layer(340, data.boundary, Array.from({ length: data.boundary.count }, (_, i) => i), () => ({ fill: "", stroke: "#111827", width: 2.5, dash: [10, 4, 2, 4] })).addTo(map),
    overlays: data.overlays.map((overlay, k) => {
      const shapes = decodeShapes(overlay.shapes);
      const members = Array.from({ length: shapes.count }, (_, i) => i);
      const style = () => ({ fill: `${overlay.colour}26`, stroke: overlay.colour, width: 1.5 });
      const drawn = layer(312 + k, shapes, members, style); // under the candidates, whose colour says something
      if (overlay.on) drawn.addTo(map);
      return drawn;
    }),
    drawings: kinds.map(({ members, colour, fill }, k) =>
      layer(380 + k, drawing.shapes, members, () => ({ fill, stroke: colour, width: 0.8 }), { minZoom: 15 }).addTo(map)),
    sites,
    repaint: () => [fills, labels].forEach((one) => one.repaint()),
  };
  return layers;
}

function boxesOfKind({ shapes, kind }, wanted) {
  return Array.from({ length: shapes.count }, (_, box) => box).filter((box) => wordAt(kind, box) === wanted);
}

function followPointer(map, data, { layers, select }, measure) {
  const under = (latlng) => {
    const found = map.hasLayer(layers.candidates) ? featureAt(data.shapes, layers.sites, latlng) : -1;
    return found < 0 && map.hasLayer(layers.rejected) ? featureAt(data.shapes, data.rejected, latlng) : found;
  };
  map.on("click", ({ latlng }) => {
    if (measure.busy()) return measure.add(latlng);
    const found = under(latlng);
    if (found >= 0) select(found);
  });
  map.on("mousemove", ({ latlng }) => {
    map.getContainer().style.cursor = measure.busy() ? "crosshair" : under(latlng) >= 0 ? "pointer" : "";
  });
}

function addControls(map, background, { layers, legend }, data) {
  // Leaflet writes these names as markup, so titles from data go through an element first.
  const safe = (text) => el("span", {}, text).innerHTML;
  const overlays = { Kandidaten: layers.candidates, ...(data.rejected.length ? { "Afgewezen percelen": layers.rejected } : {}), Gemeentegrens: layers.boundary };
  layers.overlays.forEach((layer, k) => (overlays[safe(data.overlays[k].title)] = layer));
  layers.drawings.forEach((layer, k) => (overlays[data.drawn[k].title] = layer));
  overlays.Achtergrondkaart = background;
  const control = L.control.layers(null, overlays, { collapsed: true }).addTo(map);
  const toggle = control.getContainer().querySelector("a");
  toggle.title = "Lagen aan en uit";
  control.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape") [event.stopPropagation(), control.collapse(), toggle.focus()];
  });
  toggle.setAttribute("aria-label", "Lagen aan en uit");
  L.control.scale({ imperial: false }).addTo(map);
  legend.control.addTo(map);
  const names = { "leaflet-control-zoom-in": "Inzoomen", "leaflet-control-zoom-out": "Uitzoomen" };
  for (const [name, words] of Object.entries(names)) {
    const button = map.getContainer().querySelector(`.${name}`);
    button.title = words;
    button.setAttribute("aria-label", words);
  }
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
