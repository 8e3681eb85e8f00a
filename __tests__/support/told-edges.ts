import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireProgram } from "./edge-machine";

/** What an edge answers: to its health checks, and to users. */
export interface ToldEdge {
  health: number;
  databases: number;
  shop: number;
  servedBy: string;
}

/** Edges that answer what they are told, as one TLS server on an address each, and the curl that finds and trusts them. */
export class ToldEdges {
  readonly edges: Record<string, ToldEdge> = {};
  asked = 0;
  /** What users open; everything else is not found. */
  page = "/";
  /** Of curl's settings: one that trusts the edges' certificate, and one that does not. */
  readonly trusting = mkdtempSync(join(tmpdir(), "matchwatch-edges-"));
  readonly distrusting = mkdtempSync(join(tmpdir(), "matchwatch-edges-"));

  private constructor(
    private readonly server: Server,
    private readonly countries: readonly string[],
  ) {
    this.allWell();
  }

  static async start(domain: string, countries: readonly string[]): Promise<ToldEdges> {
    const addresses = new Map(countries.map((country, index) => [`127.0.0.${index + 2}`, country]));
    const server = createServer();
    const told = new ToldEdges(server, countries);
    const tls = makeCertificate(told.trusting, domain);
    server.setSecureContext(tls);
    server.on("request", ({ url, socket }, response) => {
      told.asked += 1;
      const edge = told.edges[addresses.get(socket.localAddress ?? "") ?? ""] as ToldEdge;
      if (url === "/healthz/edge") response.writeHead(edge.health).end();
      else if (url === "/healthz/database") response.writeHead(edge.databases).end();
      else response.writeHead(url === told.page ? edge.shop : 404, { "X-Served-By": edge.servedBy }).end();
    });
    await new Promise<void>((done) => server.listen(0, "0.0.0.0", done));
    const resolve = [...addresses].map(
      ([address, country]) => `resolve = "${country}.edge.${domain}:${told.port}:${address}"`,
    );
    const settings = ['noproxy = "*"', ...resolve];
    writeFileSync(join(told.distrusting, ".curlrc"), settings.join("\n"));
    writeFileSync(join(told.trusting, ".curlrc"), [`cacert = "${tls.file}"`, ...settings].join("\n"));
    return told;
  }

  get port(): string {
    return String((this.server.address() as AddressInfo).port);
  }

  /** What leads the gate here. */
  get environment(): Readonly<Record<string, string>> {
    return { CURL_HOME: this.trusting, EDGE_PORT: this.port };
  }

  allWell(): void {
    for (const country of this.countries)
      this.edges[country] = { health: 200, databases: 200, shop: 200, servedBy: country };
  }

  stop(): void {
    this.server.close();
    for (const folder of [this.trusting, this.distrusting]) rmSync(folder, { recursive: true, force: true });
  }
}

function makeCertificate(folder: string, domain: string): { key: Buffer; cert: Buffer; file: string } {
  const [key, file] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const about = ["-subj", `/CN=${domain}`, "-addext", `subjectAltName=DNS:${domain}`, "-keyout", key, "-out", file];
  execFileSync(requireProgram("openssl"), ["req", ...kind, ...about], { stdio: "ignore" });
  return { key: readFileSync(key), cert: readFileSync(file), file };
}
