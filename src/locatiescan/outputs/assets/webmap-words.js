// Undoes webmap_words.py: values and sentences that are told once, and tables with some rows a location.

const wordAt = (column, i) => (!column || !(column.at[i] >= 0) ? null : column.words[column.at[i]]);

function sentenceAt(column, i) {
  if (!column?.texts[i]) return "";
  const parts = column.texts[i].split("|").map((part) => {
    const [sentence, ...numbers] = part.split(" ");
    return column.sentences[sentence].replace(/\0/g, () => numbers.shift());
  });
  return parts.join(" ");
}

// Rows of a location as objects, in the order in which they were written.
function rowsOf(table, i) {
  if (!table?.of[i]) return [];
  return table.of[i].map((row) => {
    const one = {};
    for (const name of Object.keys(table.columns)) one[name] = wordAt(table.columns[name], row);
    for (const name of Object.keys(table.told)) one[name] = sentenceAt(table.told[name], row);
    return one;
  });
}

// A column that repeats an earlier one is only that one's name.
function unfold(columns) {
  for (const [name, column] of Object.entries(columns)) if (typeof column === "string") columns[name] = columns[column];
}

// What was answered of a location; null where it is unknown or nothing was asked.
const numberOf = ({ answers }, name, i) => answers.numbers?.[name]?.[i] ?? null;
const wordOf = ({ answers }, name, i) => wordAt(answers.words?.[name], i);
const homeOf = ({ home }, i) => wordAt(home, i) ?? UNKNOWN; // where the map is of a region
const toldOf = ({ answers }, name, i) => sentenceAt(answers.told?.[name], i);
