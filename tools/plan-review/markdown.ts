/** A text as inline code, whatever it holds. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  const fence = "`".repeat(longestRun(flat) + 1);
  const pad = flat.startsWith("`") || flat.endsWith("`") ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** Words that hold names and reasons of others, which must not become markup, mentions or a second line. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*[\]|~]|(?<!\w)_|_(?!\w)/g, "\\$&")
    .replace(/[<@#]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A folded block. @param language of the fence */
export function folded(summary: string, lines: readonly string[], language: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return `<details><summary>${escapeHtml(summary)}</summary>\n\n${fence}${language}\n${lines.join("\n")}\n${fence}\n</details>`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
