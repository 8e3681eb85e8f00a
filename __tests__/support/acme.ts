import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { get } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cloud, type Json } from "../../rehearsal/stand-in/cloud";
import { loadApis } from "../../rehearsal/stand-in/descriptions";
import { Faults } from "../../rehearsal/stand-in/faults";
import { StandIn } from "../../rehearsal/stand-in/server";
import { goProgram, PEBBLE } from "../../tools/engines/go-programs";
import { googleApisFolder } from "../../tools/engines/google-apis";
import { startDns } from "./dns-stand-in";
import { freePort } from "./free-port";

const CLOUD_DNS = "dns.googleapis.com";

/** A DNS record, as Cloud DNS has it. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly rrdatas: readonly string[];
}

/**
 * A real ACME server, with Cloud DNS's API by Google's description, and a resolver that tells what it was given. Clients
 * reach the API by its own name, through a proxy.
 */
export class Acme {
  /** Whether the resolver knows texts: otherwise every challenge fails. */
  showsTexts = true;

  private constructor(
    readonly project: string,
    private readonly cloud: Cloud,
    private readonly standIn: StandIn,
    private readonly stops: readonly (() => unknown)[],
    /** PEM of the CA that certificates are issued by. */
    readonly root: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(folder: string, project: string): Promise<Acme> {
    mkdirSync(folder, { recursive: true });
    const tls = makeTls(folder);
    const cloud = new Cloud({ id: project, number: "123456789012" }, new Faults());
    const apis = loadApis(googleApisFolder(process.env));
    const pem = { key: readFileSync(tls.key, "utf8"), cert: readFileSync(tls.cert, "utf8") };
    const standIn = new StandIn({ apis, cloud, tls: pem, strict: false });
    await standIn.start();
    const state: { acme?: Acme } = {};
    const dns = await startDns((name, type) => {
      if (type === "TXT" && !state.acme?.showsTexts) return [];
      return recordsOf(cloud).flatMap((one) => (one.name === name && one.type === type ? one.rrdatas : []));
    });
    const proxy = createServer();
    proxy.on("connect", ({ url }, client) => {
      const target = url === `${CLOUD_DNS}:443` ? new URL(standIn.address("dns")) : undefined;
      if (!target) return client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      const server = connect(Number(target.port), target.hostname, () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        server.pipe(client).pipe(server);
      });
      for (const one of [client, server]) one.on("error", () => [client, server].map((each) => each.destroy()));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const pebble = await startPebble(folder, tls, dns.address);
    const acme = new Acme(
      project,
      cloud,
      standIn,
      [pebble.stop, dns.stop, () => proxy.closeAllConnections(), () => void proxy.close(), () => standIn.stop()],
      pebble.root,
      {
        LEGO_SERVER: pebble.directory,
        LEGO_DNS_RESOLVERS: dns.address,
        LEGO_DNS_PROPAGATION_WAIT: "1s",
        GCE_POLLING_INTERVAL: "1",
        SSL_CERT_FILE: tls.cert,
        HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      },
    );
    state.acme = acme;
    return acme;
  }

  /** What a client needs beside its own settings. */
  clientEnvironment(metadataUrl: string): Record<string, string> {
    return { ...this.environment, GCE_METADATA_HOST: new URL(metadataUrl).host };
  }

  zone(name: string, dnsName: string, records: readonly DnsRecord[] = []): void {
    const zones = `/dns/v1/projects/${this.project}/managedZones`;
    this.standIn.ask("dns", "POST", zones, { name, dnsName, description: name });
    if (records.length > 0) this.standIn.ask("dns", "POST", `${zones}/${name}/changes`, { additions: records as Json });
  }

  /** Texts that are left in the zones, and calls of the API so far. */
  get texts(): readonly string[] {
    return recordsOf(this.cloud).flatMap(({ type, rrdatas }) => (type === "TXT" ? rrdatas : []));
  }

  get calls(): readonly string[] {
    return this.standIn.calls.flatMap(({ method }) => method ?? []);
  }

  async stop(): Promise<void> {
    for (const stop of this.stops) await stop();
  }
}

function recordsOf(cloud: Cloud): DnsRecord[] {
  return cloud.all("ResourceRecordSet").map(({ body }) => body);
}

/** One certificate for the ACME server and for Google's API, which is its own CA. */
function makeTls(folder: string): { readonly key: string; readonly cert: string } {
  const files = { key: join(folder, "tls.key"), cert: join(folder, "tls.pem") };
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-nodes", "-days", "2", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
      ...["-subj", "/CN=stand-in", "-addext", `subjectAltName=IP:127.0.0.1,DNS:${CLOUD_DNS}`],
      ...["-keyout", files.key, "-out", files.cert],
    ],
    { stdio: "ignore" },
  );
  return files;
}

async function startPebble(folder: string, tls: { readonly key: string; readonly cert: string }, resolver: string) {
  const [port, management] = [await freePort(), await freePort()];
  const config = join(folder, "pebble.json");
  writeFileSync(
    config,
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: `127.0.0.1:${management}`,
        certificate: tls.cert,
        privateKey: tls.key,
        keyAlgorithm: "ecdsa",
        profiles: { default: { description: "as Let's Encrypt's", validityPeriod: 90 * 86_400 } },
      },
    }),
  );
  const child = spawn(goProgram(process.env, PEBBLE), ["-config", config, "-dnsserver", resolver], {
    stdio: "ignore",
    env: { ...process.env, PEBBLE_VA_NOSLEEP: "1" },
  });
  const root = await answered(child, `https://127.0.0.1:${management}/roots/0`);
  const directory = `https://127.0.0.1:${port}/dir`;
  await answered(child, directory);
  return { root, directory, stop: () => end(child) };
}

async function answered(child: ChildProcess, url: string): Promise<string> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`pebble ended with ${child.exitCode} before it answered at ${url}`);
    const text = await new Promise<string | undefined>((resolve) => {
      get(url, { rejectUnauthorized: false, agent: false, headers: { "user-agent": "test" } }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString() : undefined);
      }).on("error", () => resolve(undefined));
    });
    if (text !== undefined) return text;
    await sleep(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "close");
}
