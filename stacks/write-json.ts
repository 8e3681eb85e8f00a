import { closeSync, openSync, writeFileSync } from "node:fs";

/** Characters that are gathered before they are written. */
const CHUNK = 2 ** 20;

/**
 * Writes a value as cdktf does, with sorted keys and two spaces of indentation, but piece by piece: the monitoring of forty
 * countries is a text of 50 MB, and cdktf joins it anew at every level before it writes it.
 */
export function writeJson(path: string, value: unknown): void {
  const file = openSync(path, "w");
  let text = "";
  try {
    render(value, "\n", (piece) => {
      text += piece;
      if (text.length < CHUNK) return;
      writeFileSync(file, text);
      text = "";
    });
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

function render(value: unknown, indent: string, write: (piece: string) => void): void {
  const within = `${indent}  `;
  let separator = "";
  if (Array.isArray(value)) {
    write("[");
    for (const item of value) {
      write(separator + within);
      render(item, within, write);
      separator = ",";
    }
    write(`${indent}]`);
  } else if (isRecord(value)) {
    write("{");
    for (const key of Object.keys(value).sort()) {
      write(`${separator}${within}${JSON.stringify(key)}: `);
      render(value[key], within, write);
      separator = ",";
    }
    write(`${indent}}`);
  } else write(JSON.stringify(value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
