import { closeSync, openSync, writeFileSync } from "node:fs";

/** Characters that are gathered before they are written. */
const CHUNK = 2 ** 20;

/**
 * Writes a value as cdktf does, with sorted keys and two spaces of indentation, but piece by piece: the monitoring of forty
 * countries is a text of 50 MB, and cdktf joins it anew at every level before it writes it.
 */
export function writeJson(path: string, value: unknown): void {
  const file = openSync(path, "w");
  let pieces: string[] = [];
  let length = 0;
  const flush = () => {
    writeFileSync(file, pieces.join(""));
    pieces = [];
    length = 0;
  };
  try {
    render(value, "\n", (piece) => {
      pieces.push(piece);
      length += piece.length;
      if (length > CHUNK) flush();
    });
    flush();
  } finally {
    closeSync(file);
  }
}

function render(value: unknown, indent: string, write: (piece: string) => void): void {
  if (typeof value !== "object" || value === null) {
    write(JSON.stringify(value));
    return;
  }
  const within = `${indent}  `;
  const items: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => ["", item])
    : Object.entries(value)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, item]) => [`${JSON.stringify(key)}: `, item]);
  write(Array.isArray(value) ? "[" : "{");
  for (const [index, [key, item]] of items.entries()) {
    write(`${index > 0 ? "," : ""}${within}${key}`);
    render(item, within, write);
  }
  write(`${indent}${Array.isArray(value) ? "]" : "}"}`);
}
