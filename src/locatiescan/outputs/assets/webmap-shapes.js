// Shapes: unpacking, drawing on canvas tiles, and finding what lies under a click.

// The payload is gzipped JSON in base64. Nothing is fetched: Response only reads the stream.
async function unpack(element) {
  const text = atob(element.textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  element.remove(); // megabytes that are not needed twice
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

// Running totals: where each part begins, with the end of the last one as closing entry.
function starts(counts) {
  const begin = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) begin[i + 1] = begin[i] + counts[i];
  return begin;
}

// Points become Web Mercator fractions of the world (0..1), so that drawing is one multiplication.
function decodeShapes({ scale, rings, points, steps }) {
  const x = new Float64Array(steps.length / 2);
  const y = new Float64Array(steps.length / 2);
  let lon = 0;
  let lat = 0;
  for (let i = 0; i < x.length; i++) {
    lon += steps[2 * i];
    lat += steps[2 * i + 1];
    const sine = Math.sin((lat / scale) * (Math.PI / 180));
    x[i] = lon / scale / 360 + 0.5;
    y[i] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }
  const shapes = { count: rings.length, x, y, ringStart: starts(points), featureStart: starts(rings) };
  shapes.boxes = boxesOf(shapes);
  return shapes;
}

// West, north, east, south of each feature; an empty one gets a box that nothing touches.
function boxesOf(shapes) {
  const box = new Float64Array(4 * shapes.count);
  for (let feature = 0; feature < shapes.count; feature++) {
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    const end = shapes.ringStart[shapes.featureStart[feature + 1]];
    for (let i = shapes.ringStart[shapes.featureStart[feature]]; i < end; i++) {
      west = Math.min(west, shapes.x[i]);
      east = Math.max(east, shapes.x[i]);
      north = Math.min(north, shapes.y[i]);
      south = Math.max(south, shapes.y[i]);
    }
    box.set([west, north, east, south], 4 * feature);
  }
  return box;
}

const boxOf = (shapes, feature) => shapes.boxes.subarray(4 * feature, 4 * feature + 4);
const isEmpty = (shapes, feature) => shapes.featureStart[feature] === shapes.featureStart[feature + 1];

function toLatLng(x, y) {
  const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * (180 / Math.PI);
  return L.latLng(lat, (x - 0.5) * 360);
}

function boundsOf(shapes, feature) {
  const [west, north, east, south] = boxOf(shapes, feature);
  return L.latLngBounds(toLatLng(west, south), toLatLng(east, north));
}

// The feature's rings as Leaflet wants them, for the one outline that marks the selection.
function ringsOf(shapes, feature) {
  const rings = [];
  for (let ring = shapes.featureStart[feature]; ring < shapes.featureStart[feature + 1]; ring++) {
    const corners = [];
    for (let i = shapes.ringStart[ring]; i < shapes.ringStart[ring + 1]; i++) {
      corners.push(toLatLng(shapes.x[i], shapes.y[i]));
    }
    rings.push([corners]);
  }
  return rings;
}

// Features on canvas tiles: Leaflet keeps the tiles while panning, and the page has no element per parcel.
const ShapeLayer = L.GridLayer.extend({
  initialize(shapes, members, styleOf, options) {
    L.GridLayer.prototype.initialize.call(this, { updateWhenZooming: false, keepBuffer: 1, ...options });
    Object.assign(this, { shapes, members, styleOf });
  },
  createTile({ x, y, z }) {
    const size = this.getTileSize().x;
    const ratio = window.devicePixelRatio || 1;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    this.paint(canvas, { x, y, z });
    return canvas;
  },
  paint(canvas, { x, y, z }) {
    const size = this.getTileSize().x;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, size, size);
    paintTile(context, this, { world: size * 2 ** z, left: x * size, top: y * size, size, zoom: z });
  },
  // Other colours on the tiles that are there: no flicker, and nothing is fetched or made anew.
  repaint() {
    for (const { el, coords } of Object.values(this._tiles ?? {})) this.paint(el, coords);
  },
});

function paintTile(context, { shapes, members, styleOf }, view) {
  const margin = 4; // pixels: a line at the edge shows on both tiles
  const west = (view.left - margin) / view.world;
  const north = (view.top - margin) / view.world;
  const span = (view.size + 2 * margin) / view.world;
  for (const feature of members) {
    const b = 4 * feature;
    if (shapes.boxes[b] > west + span || shapes.boxes[b + 2] < west) continue;
    if (shapes.boxes[b + 1] > north + span || shapes.boxes[b + 3] < north) continue;
    paintFeature(context, shapes, feature, styleOf(feature, view.zoom), view);
  }
}

function paintFeature(context, shapes, feature, style, view) {
  const [west, north, east, south] = boxOf(shapes, feature);
  const extent = Math.max(east - west, south - north) * view.world;
  if (style.label) {
    if (extent > 26) paintLabel(context, style.label, ((west + east) / 2) * view.world - view.left, ((north + south) / 2) * view.world - view.top);
    return;
  }
  context.fillStyle = style.fill;
  if (extent < 1.5) {
    context.fillRect(west * view.world - view.left, north * view.world - view.top, 1.5, 1.5);
    return;
  }
  context.beginPath();
  for (let ring = shapes.featureStart[feature]; ring < shapes.featureStart[feature + 1]; ring++) {
    traceRing(context, shapes, ring, view);
  }
  if (style.fill) context.fill("evenodd");
  if (style.pattern && extent >= 6) {
    context.fillStyle = style.pattern;
    context.fill("evenodd");
  }
  if (extent < 6) return; // an outline would drown the colour
  context.strokeStyle = style.stroke;
  context.lineWidth = style.width;
  context.setLineDash(style.dash || []);
  context.stroke();
}

function paintLabel(context, text, x, y) {
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.setLineDash([]);
  context.lineWidth = 3.5;
  context.strokeStyle = "#ffffff";
  context.strokeText(text, x, y);
  context.fillStyle = "#111827";
  context.fillText(text, x, y);
}

// Points within half a pixel of the last one drawn cannot be seen, and are passed over.
function traceRing(context, { x, y, ringStart }, ring, { world, left, top }) {
  let lastX = Infinity;
  let lastY = Infinity;
  for (let i = ringStart[ring]; i < ringStart[ring + 1]; i++) {
    const px = x[i] * world - left;
    const py = y[i] * world - top;
    if (Math.abs(px - lastX) < 0.5 && Math.abs(py - lastY) < 0.5) continue;
    if (i === ringStart[ring]) context.moveTo(px, py);
    else context.lineTo(px, py);
    lastX = px;
    lastY = py;
  }
  context.closePath();
}

// The last feature (drawn on top) that holds the point, or -1.
function featureAt(shapes, members, latlng) {
  const sine = Math.sin(latlng.lat * (Math.PI / 180));
  const px = latlng.lng / 360 + 0.5;
  const py = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  for (let m = members.length - 1; m >= 0; m--) {
    const b = 4 * members[m];
    if (px < shapes.boxes[b] || py < shapes.boxes[b + 1]) continue;
    if (px > shapes.boxes[b + 2] || py > shapes.boxes[b + 3]) continue;
    if (holds(shapes, members[m], px, py)) return members[m];
  }
  return -1;
}

// Even-odd rule over all rings, the same as the fill.
function holds({ x, y, ringStart, featureStart }, feature, px, py) {
  let inside = false;
  for (let ring = featureStart[feature]; ring < featureStart[feature + 1]; ring++) {
    for (let i = ringStart[ring], j = ringStart[ring + 1] - 1; i < ringStart[ring + 1]; j = i++) {
      const crosses = y[i] > py !== y[j] > py;
      if (crosses && px < ((x[j] - x[i]) * (py - y[i])) / (y[j] - y[i]) + x[i]) inside = !inside;
    }
  }
  return inside;
}
