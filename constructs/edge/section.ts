/**
 * The addresses of a port for clients over IPv4 and IPv6. Two sockets: one for both would take every IPv4 client for one customer
 * of IPv6.
 */
export function bothFamilies(port: number): string {
  return `:${port},[::]:${port} v6only`;
}

/** A section of an HAProxy config: its title, and its lines indented. */
export function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `    ${line}`)].join("\n");
}
