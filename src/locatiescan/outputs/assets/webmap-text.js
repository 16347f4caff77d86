// Words and numbers, the Dutch way. Everything that comes from data becomes a text node, never markup.

const VERDICT = { j: "ja", n: "nee", o: "onbekend" };

// An element with attributes and children; strings become text.
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function number(value, most, least = 0) {
  return value.toLocaleString("nl-NL", { maximumFractionDigits: most, minimumFractionDigits: least });
}

const points = (value) => (value === null ? "onbekend" : number(value, 1, 1));

// A value with its unit. Where rounding would show it equal to a limit that it is not, it gets more decimals.
function shown(value, unit, limits = []) {
  if (value === null || value === undefined) return "onbekend";
  if (typeof value === "string") return value;
  const factor = unit === "%" ? 100 : 1;
  const size = Math.abs(value * factor);
  let decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const looks = (candidate) => number(candidate * factor, decimals);
  while (decimals < 6 && limits.some((limit) => limit !== value && looks(limit) === looks(value))) decimals++;
  return unit ? `${looks(value)}\u00a0${unit}` : looks(value); // the unit stays on the line of its number
}

const boundsOfRule = (rule) => [rule.min, rule.max].filter((bound) => bound !== null && bound !== undefined);

function threshold(rule) {
  const said = [];
  if (rule.min !== null) said.push(`ten minste ${shown(rule.min, rule.unit)}`);
  if (rule.max !== null) said.push(`ten hoogste ${shown(rule.max, rule.unit)}`);
  if (rule.is_in.length) said.push(`een van: ${rule.is_in.join(", ")}`);
  if (rule.not_in.length) said.push(`niet: ${rule.not_in.join(", ")}`);
  return said.join(", ");
}

function verdict(letter) {
  return el("span", { class: `verdict ${VERDICT[letter]}` }, VERDICT[letter]);
}

const count = (value) => (value === null ? "?" : number(value, 0));

// ISO dates as a Dutch reader writes them; in the list only month and year.
const dateOf = (iso) => (iso ? iso.split("-").reverse().map(Number).join("-") : "onbekend");
const monthOf = (iso) => (iso ? `${Number(iso.slice(5, 7))}-${iso.slice(0, 4)}` : "–");
const between = (low, high) => (low === high || high === null ? count(low) : low === null ? count(high) : `${count(low)} tot ${count(high)}`);
