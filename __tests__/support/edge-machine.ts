import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:http";
import { get as getSecurely } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { renderEdgeEnvironment } from "../../constructs/edge/render-edge-environment";
import { STAND_IN_IS_UNREADY } from "../../constructs/edge/render-haproxy";
import { close, listen } from "../../drill/http-server";
import { findProgram } from "../../drill/programs";
import { isInside } from "../../tools/engines/engines";
import { answerLimit } from "./answer-limit";
import { type CloudStandIn, startCloud } from "./cloud-stand-in";
import { freePort } from "./free-port";

const SCRIPT = join(__dirname, "../../constructs/edge/edge-sync.sh");
const SECRET = "projects/shop/secrets/edge-certificate";
/** Administrators' folders are not in everybody's PATH. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

export const HOSTS = ["shop.test", "www.shop.test"];
export const ZONES = ["zone-a", "zone-b", "zone-c"];

/** systemctl of a machine that has one unit: HAProxy under its own master process, as systemd runs it. */
const SYSTEMCTL = `#!/bin/bash
exec 9>&- # systemd's children do not hold the lock of edge-sync
echo "$*" >>"$MACHINE/systemctl.log"
pid=
[[ ! -e $MACHINE/haproxy.pid ]] || read -r pid <"$MACHINE/haproxy.pid"
running() { [[ -e /proc/$pid/exe ]]; }
case $1 in
is-active) running ;;
show) if running; then echo "$pid"; else echo 0; fi ;;
start)
  haproxy -W -f "$EDGE_HOME/current/haproxy.cfg" </dev/null >>"$MACHINE/haproxy.log" 2>&1 &
  pid=$!
  echo "$pid" >"$MACHINE/haproxy.pid"
  until pgrep --parent "$pid" >/dev/null; do running && sleep 0.05 || exit 1; done
  ;;
reload) haproxy -c -q -f "$EDGE_HOME/current/haproxy.cfg" && kill -USR2 "$pid" ;;
esac
`;

/** Writes down the arguments and the environment of a program before it becomes that program. */
const RECORDER = (program: string) => `#!/usr/bin/env bash
{ printf '%s ' "$0" "$@"; echo; env; } >>"$MACHINE/processes.log"
exec ${program} "$@"
`;

export interface Run {
  readonly code: number | null;
  readonly log: string;
}

export interface Answer {
  readonly status: number;
  /** The version that the serving config was given. */
  readonly version: string;
  /** SHA-256 fingerprint and names of the certificate that is served. */
  readonly fingerprint: string;
  readonly names: string;
}

/** A scratch machine with a real HAProxy, a stand-in for Google Cloud and one healthy app behind it. */
export class EdgeMachine {
  readonly directory = mkdtempSync(join(tmpdir(), "edge-"));
  readonly home = join(this.directory, "home");

  private constructor(
    readonly cloud: CloudStandIn,
    private readonly app: ReturnType<typeof createServer>,
    readonly ports: { readonly app: number; readonly shop: number; readonly health: number; readonly free: number },
  ) {
    mkdirSync(join(this.directory, "bin"));
    this.program("systemctl", SYSTEMCTL);
  }

  static async create(): Promise<EdgeMachine> {
    requireProgram("haproxy");
    const app = createServer(({ url }, response) => url === "/silent" || response.end("app"));
    const [shop, health, free] = [await freePort(), await freePort(), await freePort()];
    return new EdgeMachine(await startCloud(), app, { app: await listen(app), shop, health, free });
  }

  /** Ends what this machine started, by pid, and removes its directory. */
  async remove(): Promise<void> {
    const pid = Number(this.read("haproxy.pid") || 0);
    while (pid !== 0 && existsSync(`/proc/${pid}/exe`)) {
      process.kill(pid, "SIGTERM");
      await sleep(50);
    }
    await close(this.app);
    await this.cloud.close();
    rmSync(this.directory, { recursive: true });
  }

  /** Runs edge-sync as its unit does. */
  sync(environment: Readonly<Record<string, string>> = {}): Promise<Run> {
    return this.run(["bash", SCRIPT], environment);
  }

  /** Serves what edge-sync made another machine serve. */
  async startAs(other: EdgeMachine): Promise<void> {
    await this.run(["cp", "-a", other.home, join(other.directory, "edge.prom"), this.directory]);
    await this.run(["systemctl", "start"]);
  }

  /** Runs edge-sync where the machine's home has so many bytes in all. */
  syncOnDisk(bytes: number): Promise<Run> {
    const small = join(this.directory, "small");
    mkdirSync(small);
    const commands = [
      `mount -t tmpfs -o size=${bytes} tmpfs ${small}`,
      `cp -a ${this.home}/. ${small}`,
      `mount --bind ${small} ${this.home}`,
      `exec bash ${SCRIPT}`,
    ];
    return this.run(["unshare", "--mount", "bash", "-c", commands.join(" && ")]);
  }

  private run([program = "", ...args]: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const child = spawn(program, args, { env: { ...this.environment(), ...environment } });
    let log = "";
    child.stdout.on("data", (data) => (log += data));
    child.stderr.on("data", (data) => (log += data));
    return new Promise<Run>((resolve) => child.on("close", (code) => resolve({ code, log })));
  }

  putConfig(text: string): void {
    this.cloud.metadata.set("instance/attributes/haproxy-cfg", text);
  }

  /** Puts a new version of the secret. */
  putCertificate(pem: string): void {
    this.cloud.secrets.set(SECRET, [...(this.cloud.secrets.get(SECRET) ?? []), pem]);
  }

  /** A certificate with its key, as a CA would issue it, made with more arguments of `openssl req`. */
  makeCertificate(hosts: readonly string[] = HOSTS, more: readonly string[] = []): string {
    const file = join(this.directory, `${randomUUID()}.pem`);
    const names = hosts.map((host) => `DNS:${host}`).join();
    const kind = more.includes("-newkey") ? [] : ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    const key = [...kind, "-nodes", "-keyout", `${file}.key`, ...more];
    const content = ["-days", "90", "-subj", "/CN=issued", "-addext", `subjectAltName=${names}`];
    execFileSync("openssl", ["req", "-x509", ...key, ...content, "-out", file], { stdio: "ignore" });
    return readFileSync(file, "utf8") + readFileSync(`${file}.key`, "utf8");
  }

  /** The status that a path of the health port is answered with. */
  async health(path: string): Promise<number | undefined> {
    const [response] = await once(
      get({ host: "127.0.0.1", port: this.ports.health, path, agent: false, signal: answerLimit() }),
      "response",
    );
    response.resume();
    return response.statusCode;
  }

  /** One request on a connection of its own. */
  request(path = "/"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { path, port: this.ports.shop, host: "127.0.0.1", agent: false, rejectUnauthorized: false };
      getSecurely(options, (response) => {
        const certificate = (response.socket as TLSSocket).getPeerCertificate();
        response.on("error", reject).on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            version: String(response.headers["x-version"]),
            fingerprint: certificate.fingerprint256,
            names: certificate.subjectaltname ?? "",
          }),
        );
        response.resume();
      }).on("error", reject);
    });
  }

  /** Value of each sample by name and labels. */
  metrics(): Record<string, number> {
    const samples = this.read("edge.prom").matchAll(/^([^#\s]+) (\S+)$/gm);
    return Object.fromEntries([...samples].map(([, name, value]) => [name, Number(value)]));
  }

  /** What changed HAProxy since the last call: "start" and "reload" in order. */
  changes(): string[] {
    const calls = this.read("systemctl.log").match(/^(start|reload)/gm) ?? [];
    writeFileSync(join(this.directory, "systemctl.log"), "");
    return [...calls];
  }

  releases(): string[] {
    return readdirSync(join(this.home, "releases"));
  }

  read(file: string): string {
    const path = join(this.directory, file);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  program(name: string, text: string): void {
    writeFileSync(join(this.directory, "bin", name), text, { mode: 0o755 });
  }

  /** From now on `processes.log` holds the arguments and environment of each of these programs. */
  record(...programs: string[]): void {
    for (const name of programs) this.program(name, RECORDER(requireProgram(name)));
  }

  /** HAProxy's and the script's environment. */
  environment(): Record<string, string> {
    const settings = renderEdgeEnvironment({ certificateSecret: SECRET, hosts: HOSTS, zones: ZONES });
    return {
      ...Object.fromEntries([...settings.matchAll(/^(\w+)="(.*)"$/gm)].map(([, name, value]) => [name, value])),
      PATH: `${this.directory}/bin:${PATH}`,
      MACHINE: this.directory,
      EDGE_HOME: this.home,
      EDGE_GROUP: String(process.getgid?.()),
      EDGE_ADDRESS: "127.0.0.1",
      EDGE_ZONE: "zone-a",
      RUNTIME_DIRECTORY: this.directory,
      // No CA is trusted: HAProxy would load all of them with every start.
      SSL_CERT_DIR: this.directory,
      METRICS_FILE: join(this.directory, "edge.prom"),
      METADATA_URL: this.cloud.metadataUrl,
      SECRETS_URL: this.cloud.secretsUrl,
      EDGE_HEALTH_PORT: String(this.ports.health),
      EDGE_HTTPS_PORT: String(this.ports.shop),
      APP_PORT: String(this.ports.app),
      FREE_PORT: String(this.ports.free),
      FETCH_RETRIES: "0",
      SETTLE_SECONDS: "0.6",
      // What must come does; a machine under load needs its time.
      VERIFY_SECONDS: "60",
    };
  }
}

/**
 * A small config of the real one's shape, the same on every machine; `health` is asked for by its check, `more` ends the
 * frontend, `unready` is the path on which it says that it is not.
 */
export function config(version: string, { health = "/", more = "", unready = "/nothing" } = {}): string {
  return `global
    default-path config
    stats socket "\${RUNTIME_DIRECTORY}/admin.sock" mode 600 level admin expose-fd listeners
    hard-stop-after 5s
defaults
    mode http
    option idle-close-on-response
    timeout connect 1s
    timeout check ${health === "/" ? "60s" : "300ms"}
    timeout client 5s
    timeout server 5s
frontend health
    bind "\${EDGE_ADDRESS}:\${EDGE_HEALTH_PORT}"
    http-request return status 200 if { path /livez }
    ${STAND_IN_IS_UNREADY}
    http-request return status 503 if { nbsrv(reads) eq 0 } || { path ${unready} }
    http-request return status 200
frontend shop
    bind "127.0.0.1:\${EDGE_HTTPS_PORT},[::1]:\${EDGE_HTTPS_PORT}" ssl crt site.pem
    http-response set-header X-Version ${version}
    default_backend reads
    ${more}
backend reads
    option httpchk GET ${health}
    server app "127.0.0.1:\${APP_PORT}" check inter 100ms fall 1 rise 1
`;
}

/** Where a program of the engine root is. @throws Error with the remedy when there is none. */
export function requireProgram(name: string): string {
  const found = isInside(process.env) ? findProgram(name, PATH) : undefined;
  if (!found)
    throw new Error(`${name} is not here: this test wants to run in the engine root, see \`npm run engines\``);
  return found;
}
