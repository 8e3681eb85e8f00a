/** A section of an HAProxy config: its title, and its lines indented. */
export function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `    ${line}`)].join("\n");
}
