import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "../../drill/certificate";
import { edgeAddressBeside, loopbackAddress, ontoLoopback } from "../../drill/edge/loopback";
import { type EdgeConfig, type ServerLine, serversOf, shopHostOf } from "../../drill/edge/synthesized-config";
import { Haproxy } from "../../drill/haproxy";
import type { Supervisor } from "../../drill/supervisor";

/** Sizes of the pages that are asked for, by the last part of their path. */
export const PAGES = { "1k": 1000, "100k": 100_000 } as const;

/** What is measured: a HAProxy and where it listens. */
export interface Measured {
  readonly haproxy: Haproxy;
  readonly address: string;
  readonly port: number;
  readonly host: string;
}

const PORT_OFFSET = 20_000;
const HTTPS = 443;

interface Programs {
  readonly haproxy: string;
  readonly openssl: string;
}

/** The synthesized edge, and the plainest config with the same TLS and one server, both before the same app. */
export async function startServers(
  supervisor: Supervisor,
  programs: Programs,
  { country, text }: EdgeConfig,
): Promise<{ readonly edge: Measured; readonly plain: Measured }> {
  const servers = serversOf(text);
  const [own] = servers;
  if (!own) throw new Error(`the edge of ${country} has no server`);
  const host = shopHostOf(text);
  const certificate = makeCertificate(programs.openssl, supervisor.directory, host);
  const start = (name: string, config: string, edgeAddress: string) =>
    Haproxy.start(supervisor, { program: programs.haproxy, name, config, certificate, edgeAddress });
  await start("app", appConfig(supervisor.directory, servers), "127.0.0.1");
  const measured = async (name: string, config: string, place: number): Promise<Measured> => {
    const address = edgeAddressBeside(own.address, place);
    const haproxy = await start(name, ontoLoopback(config, { address, portOffset: PORT_OFFSET }), address);
    return { haproxy, address, port: HTTPS + PORT_OFFSET, host };
  };
  return {
    edge: await measured("edge", withoutLimits(text), 2),
    plain: await measured("plain", plainConfig(text, own), 3),
  };
}

/** One client asks for what thousands do: each limit is asked for as ever, and a thousand times as high. */
function withoutLimits(text: string): string {
  return text.replace(/(sc_conn_cur\(\d\)|sc_gpc0_rate\(\d\)) gt (\d+)/g, "$1 gt $2000");
}

function plainConfig(text: string, { address, port }: ServerLine): string {
  const tls = text.split("\n").filter((line) => /^ +(ssl-default-|tune\.ssl\.)/.test(line));
  return `global
    default-path config
    log stdout format raw local0
    stats socket "\${RUNTIME_DIRECTORY}/admin.sock" mode 600 level admin
    maxconn 20000
${tls.join("\n")}
defaults
    mode http
    log global
    option httplog
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend shop
    bind :443 ssl crt site.pem alpn h2,http/1.1
    default_backend reads
backend reads
    server app ${address}:${port} send-proxy-v2
`;
}

/** Every country's ingress in one process, with pages that are ready. */
function appConfig(directory: string, servers: readonly ServerLine[]): string {
  mkdirSync(join(directory, "pages"), { recursive: true });
  const pages = Object.entries(PAGES).map(([name, bytes]) => {
    const file = join(directory, "pages", name);
    writeFileSync(file, "x".repeat(bytes));
    return `    http-request return status 200 content-type text/plain file ${file} if { path_end /${name} }`;
  });
  return `global
    stats socket "\${RUNTIME_DIRECTORY}/admin.sock" mode 600 level admin
    tune.bufsize 262144
    maxconn 5000
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend app
${servers.map(({ address, port }) => `    bind ${loopbackAddress(address)}:${port + PORT_OFFSET} accept-proxy`).join("\n")}
${pages.join("\n")}
    http-request return status 200
backend reads
    server nobody 127.0.0.1:9 disabled
`;
}
