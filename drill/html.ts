import type { Column } from "../tools/table";

export interface Page {
  readonly title: string;
  /** HTML of the body below the title. */
  readonly body: string;
}

const STYLE = `
  :root { color-scheme: light dark; --ink: #1c2330; --soft: #667085; --line: #d5dae3; --paper: #fff; --bad: #c6281f; --good: #1b7f4d }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8ebf1; --soft: #98a2b3; --line: #343c4a; --paper: #14181f; --bad: #ff7a70; --good: #58c48c }
  }
  body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 92rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem }
  p { max-width: 60rem } .soft { color: var(--soft) } .bad { color: var(--bad) } .good { color: var(--good) }
  .wide { overflow-x: auto } table { border-collapse: collapse; font-size: 13px; white-space: nowrap }
  th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: left } .right { text-align: right; font-variant-numeric: tabular-nums }
  svg { display: block; width: 100%; height: auto } svg text { fill: var(--soft); font: 11px system-ui, sans-serif }
  .key i { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1em; border-radius: 2px }
`;

/** A self-contained file. */
export function renderPage({ title, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`;
}

export function renderHtmlTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell, index) => `<${tag}${columns[index]?.align === "right" ? ' class="right"' : ""}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const titles = columns.map(({ title }) => title);
  return `<div class="wide"><table>\n${[row("th", titles), ...rows.map((cells) => row("td", cells))].join("\n")}\n</table></div>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
