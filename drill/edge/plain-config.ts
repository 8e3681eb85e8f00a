import type { ServerLine } from "./synthesized-config";

export interface PlainSettings {
  readonly host: string;
  /** The own country's server first; the others become `backup` servers. */
  readonly servers: readonly ServerLine[];
}

/** What the edge is compared with: `check` and `backup` with HAProxy's own defaults, as it is mostly written. */
export function renderPlainConfig({ host, servers }: PlainSettings): string {
  const lines = servers.map(
    (server, index) =>
      `    server ${server.country} ${server.address}:${server.port} send-proxy-v2 check check-send-proxy${index > 0 ? " backup" : ""}`,
  );
  return `global
    log stdout format raw local0
    default-path config
    stats socket "\${RUNTIME_DIRECTORY}/admin.sock" mode 600 level admin

defaults
    mode http
    log global
    option httplog
    timeout connect 5s
    timeout client 50s
    timeout server 50s

frontend shop
    bind :443 ssl crt site.pem
    http-response set-header X-Served-By %s
    default_backend reads

backend reads
    option httpchk
    http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host ${host}
${lines.join("\n")}
`;
}
