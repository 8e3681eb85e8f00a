/** Where a country's edge stands on the machine that drills. */
export interface LoopbackEdge {
  /** Address in 127.0.0.0/8 that takes the place of the edge machine's own. */
  readonly address: string;
  /** Added to every port: 0 where ports below 1024 may be had. */
  readonly portOffset: number;
  /** Takes the place of every address over IPv6, of which loopback has one. @default clients come over IPv4 alone */
  readonly addressIpv6?: string;
}

/**
 * The configuration with its addresses and ports on loopback, and not a character else changed:
 *
 * | in the configuration                  | here                                  |
 * | ------------------------------------- | ------------------------------------- |
 * | `bind :80,[::]:80 …`                  | `bind <edge.address>:80 …`            |
 * | `bind :3306 …`                        | `bind <edge.address>:3306 …`          |
 * | `bind "${EDGE_ADDRESS}:8405"`         | the same, the variable is set instead |
 * | `server india 10.10.47.10:80 …`       | `server india 127.10.47.10:80 …`      |
 * | `server … 10.10.65.10:3306 port 9105` | the same, its check's port is another |
 *
 * Sockets in the machine's own runtime directory are left as they are.
 *
 * @throws Error for a `bind` or `server` line of another form, so that nothing is sent outside
 */
export function ontoLoopback(config: string, edge: LoopbackEdge): string {
  return config
    .split("\n")
    .map((line) => {
      // A socket in the machine's own runtime directory cannot lead outside.
      if (/^\s*(bind|server \S+) "unix@\$\{RUNTIME_DIRECTORY\}\//.test(line)) return line;
      // The machine itself among its peers: no address.
      if (/^\s*server \w+$/.test(line)) return line;
      const [, keyword] = /^\s*(bind|server) /.exec(line) ?? [];
      if (keyword === "bind") return bindOnLoopback(line, edge);
      return keyword === "server" ? serverOnLoopback(line, edge) : line;
    })
    .join("\n");
}

/** 10.a.b.c becomes 127.a.b.c, so addresses that differ still do. */
export function loopbackAddress(address: string): string {
  if (!/^10(\.\d{1,3}){3}$/.test(address)) throw new Error(`"${address}" is not an address of the estate (10.0.0.0/8)`);
  return address.replace(/^10\./, "127.");
}

/** An edge machine's place beside its country's ingress: host `host` of the edge subnet. */
export function edgeAddressBeside(ingress: string, host: number): string {
  const [, block] = loopbackAddress(ingress).split(".");
  return `127.${block}.64.${host}`;
}

function bindOnLoopback(line: string, { address, addressIpv6, portOffset }: LoopbackEdge): string {
  const parts = /^(\s*bind )(:|"\$\{EDGE_ADDRESS\}:)(\d+)(,\[::\]:\3)?((?: .*|")?)$/.exec(line);
  if (!parts) throw new Error(`cannot place "${line.trim()}" on loopback`);
  const [, before, host, number, second, after] = parts;
  const port = Number(number) + portOffset;
  const overIpv6 = second && addressIpv6 ? `,[${addressIpv6}]:${port}` : "";
  return `${before}${host === ":" ? `${address}:` : host}${port}${overIpv6}${after}`;
}

function serverOnLoopback(line: string, { portOffset }: LoopbackEdge): string {
  const parts = /^(\s*server \S+ )(10\.[\d.]+):(\d+)(.*)$/.exec(line);
  if (!parts) throw new Error(`cannot place "${line.trim()}" on loopback`);
  const [, before, address = "", port, after = ""] = parts;
  const checked = after.replace(/ port (\d+)/, (_, checkPort) => ` port ${Number(checkPort) + portOffset}`);
  return `${before}${loopbackAddress(address)}:${Number(port) + portOffset}${checked}`;
}
