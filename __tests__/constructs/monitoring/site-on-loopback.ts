import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { renderHaproxyConfig } from "../../../constructs/edge/render-haproxy";
import { toYaml } from "../../../constructs/kubernetes/yaml";
import { renderScrapeConfigs, SCRAPE_JOBS } from "../../../constructs/monitoring/render-scrape-jobs";
import { renderRules } from "../../../constructs/monitoring/rules/alerts";
import { renderMetricsAgentValues } from "../../../constructs/platform/values/metrics-agent";
import { parseProxyHeader } from "../../../drill/edge/proxy-protocol";
import { close, listen } from "../../../drill/http-server";
import { requireProgram } from "../../support/edge-machine";
import { freePort } from "../../support/free-port";
import { indonesia } from "./sites";

export const COUNTRIES = ["indonesia", "india", "singapore"] as const;
/** Series that the agent pushes with every scrape. */
export const SERIES = 200;
/** Scrapes, evaluations and the time that alerts have to hold, instead of half minutes. */
interface Alert {
  readonly state: string;
  readonly labels: { readonly alertname: string; readonly country: string };
}

const PACE = { scrape_interval: "1s", scrape_timeout: "1s" } as const;

interface Ports {
  readonly prometheus: number;
  readonly agent: number;
  readonly haproxy: number;
  readonly alertmanager: number;
}

/**
 * A site's Prometheus with its synthesized scrape config and rules, an edge's HAProxy with its synthesized config and
 * an agent that pushes with the synthesized remote write: real programs, addresses replaced by those of the loopback.
 */
export class SiteOnLoopback {
  readonly directory = mkdtempSync(join(tmpdir(), "site-"));
  private readonly ingresses = new Map<string, Server>();
  private readonly ingressPorts = new Map<string, number>();
  private readonly processes = new Map<string, ChildProcess>();
  /** Counts its scrapes: a value that misses is a sample that was lost. */
  private scrapes = 0;
  private readonly load: HttpServer;

  private constructor(readonly ports: Ports) {
    this.load = createHttpServer((_request, response) => {
      this.scrapes += 1;
      response.end(Array.from({ length: SERIES }, (_, n) => `load_total{series="${n}"} ${this.scrapes}\n`).join(""));
    });
  }

  static async start(): Promise<SiteOnLoopback> {
    const ports = {
      prometheus: await freePort(),
      agent: await freePort(),
      haproxy: await freePort(),
      alertmanager: await freePort(),
    };
    const site = new SiteOnLoopback(ports);
    for (const country of COUNTRIES) await site.startIngress(country);
    await site.startHaproxy();
    site.writeConfigs(await listen(site.load));
    site.startAlertmanager();
    await site.startPrometheus();
    site.run("agent", "prometheus", [
      ...["--enable-feature=agent", "--config.file=agent.yml", "--storage.agent.path=agent"],
      `--web.listen-address=127.0.0.1:${ports.agent}`,
    ]);
    return site;
  }

  /** Ends what this started, by its own handles, and removes its folder. */
  async remove(): Promise<void> {
    for (const name of this.processes.keys()) await this.kill(name);
    for (const country of COUNTRIES) await this.stopIngress(country);
    await close(this.load);
    rmSync(this.directory, { recursive: true });
  }

  async startPrometheus(): Promise<void> {
    this.run("prometheus", "prometheus", [
      ...["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.enable-remote-write-receiver"],
      `--web.listen-address=127.0.0.1:${this.ports.prometheus}`,
    ]);
    await this.until("Prometheus is ready", async () => (await this.get("/-/ready")) !== undefined);
  }

  startAlertmanager(): void {
    this.run("alertmanager", "prometheus-alertmanager", [
      ...["--config.file=alertmanager.yml", "--storage.path=alerts", "--cluster.listen-address="],
      `--web.listen-address=127.0.0.1:${this.ports.alertmanager}`,
    ]);
  }

  /** Pushes one sample of that age, as an agent does that was cut off. */
  pushLate(hours: number): void {
    const url = `http://127.0.0.1:${this.ports.prometheus}/api/v1/write`;
    const sample = `# TYPE late_total counter\nlate_total 1 ${Date.now() - hours * 3_600_000}\n`;
    // promtool fails when the sample is refused, which is asked for.
    spawnSync(requireProgram("promtool"), ["push", "metrics", url], { input: sample });
  }

  /** At once, as when its machine is lost. */
  async kill(name: string): Promise<void> {
    const child = this.processes.get(name);
    this.processes.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  /** An app's ingress: takes the PROXY protocol and answers everything with 200. */
  async startIngress(country: string): Promise<void> {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      let received: Buffer = Buffer.alloc(0);
      socket.on("data", (data) => {
        received = Buffer.concat([received, data]);
        const header = parseProxyHeader(received);
        if (header === "incomplete" || !received.includes("\r\n\r\n", header.bytes)) return;
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
      });
    });
    await new Promise<void>((resolve) => server.listen(this.ingressPorts.get(country) ?? 0, "127.0.0.1", resolve));
    this.ingressPorts.set(country, (server.address() as { port: number }).port);
    this.ingresses.set(country, server);
  }

  stopIngress(country: string): Promise<void> {
    const server = this.ingresses.get(country);
    this.ingresses.delete(country);
    return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  /** What a PromQL query returns. */
  async query<T>(expr: string): Promise<readonly T[]> {
    const answer = await this.get(`/api/v1/query?query=${encodeURIComponent(expr)}`);
    return answer ? JSON.parse(answer).data.result : [];
  }

  /** The countries for which an alert fires. */
  async firing(alert: string): Promise<string[]> {
    // The series ALERTS would still hold, for five minutes, what fired when Prometheus was killed.
    const answer = await this.get("/api/v1/alerts");
    const alerts: readonly Alert[] = answer ? JSON.parse(answer).data.alerts : [];
    return alerts
      .filter(({ state, labels }) => state === "firing" && labels.alertname === alert)
      .map(({ labels }) => labels.country);
  }

  /** Metrics of HAProxy's or of Prometheus's own exporter. */
  async exporter(name: keyof Ports): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports[name]}/metrics`)).text();
  }

  async until(what: string, isSo: () => Promise<boolean>, seconds = 600): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await isSo())) {
      if (Date.now() > deadline) {
        const logs = ["prometheus", "agent", "haproxy"].map((name) => `${name}: ${this.log(name)}`);
        throw new Error(`not within ${seconds} s: ${what}\n${logs.join("\n")}`);
      }
      await sleep(200);
    }
  }

  private async get(path: string): Promise<string | undefined> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.prometheus}${path}`).catch(() => undefined);
    return answer?.ok ? answer.text() : undefined;
  }

  private log(name: string): string {
    return readFileSync(join(this.directory, `${name}.log`), "utf8").slice(-1000);
  }

  private run(name: string, program: string, args: readonly string[], environment: Record<string, string> = {}): void {
    const log = `exec >>${name}.log 2>&1; exec "$0" "$@"`;
    const child = spawn("bash", ["-c", log, requireProgram(program), ...args], {
      cwd: this.directory,
      env: { ...process.env, ...environment },
      stdio: "ignore",
    });
    this.processes.set(name, child);
  }

  private async startHaproxy(): Promise<void> {
    const folder = join(this.directory, "haproxy");
    mkdirSync(folder);
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", join(folder, "key")];
    execFileSync("openssl", ["req", "-x509", ...key, "-subj", "/CN=shop.test", "-out", join(folder, "chain")], {
      stdio: "ignore",
    });
    const pem = ["chain", "key"].map((file) => readFileSync(join(folder, file), "utf8"));
    writeFileSync(join(folder, "site.pem"), pem.join(""));
    writeFileSync(join(folder, "haproxy.cfg"), await this.haproxyConfig());
    this.run("haproxy", "haproxy", ["-f", join(folder, "haproxy.cfg")], {
      RUNTIME_DIRECTORY: folder,
      EDGE_ADDRESS: "127.0.0.1",
    });
  }

  private async haproxyConfig(): Promise<string> {
    let config = renderHaproxyConfig({
      country: "indonesia",
      hosts: ["shop.test"],
      ingresses: COUNTRIES.map((country) => ({ country, address: "127.0.0.1" })),
      requestsPer10Seconds: 100,
      databases: [{ name: "indonesia-database-1", address: "127.0.0.1" }],
      connectionsPerDatabase: 10,
    })
      .replace(/\$\{EDGE_ADDRESS\}:\d+/, `127.0.0.1:${this.ports.haproxy}`)
      // A process of the tests may open fewer files than an edge's unit.
      .replace("maxconn 20000", "maxconn 200");
    for (const [bind] of config.matchAll(/bind :\d+\S*/g)) {
      config = config.replace(bind, `bind 127.0.0.1:${await freePort()}`);
    }
    for (const [country, port] of this.ingressPorts) {
      config = config.replaceAll(`server ${country} 127.0.0.1:80`, `server ${country} 127.0.0.1:${port}`);
    }
    return config;
  }

  private writeConfigs(load: number): void {
    const url = `http://127.0.0.1:${this.ports.prometheus}/api/v1/write`;
    const pushed = { country: "indonesia", cluster: "indonesia-app", receivers: [url], storageClass: "any" };
    const agent = renderMetricsAgentValues(pushed) as {
      prometheus: { prometheusSpec: { externalLabels: Record<string, string>; remoteWrite: { url: string }[] } };
    };
    const { externalLabels, remoteWrite } = agent.prometheus.prometheusSpec;
    const files = {
      "prometheus.yml": {
        global: { ...PACE, evaluation_interval: "1s", external_labels: { site: "indonesia" } },
        storage: { tsdb: { out_of_order_time_window: "5h" } },
        rule_files: ["rules.yml"],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${this.ports.alertmanager}`] }] }] },
        scrape_configs: [...scrapedHere(this.ports.haproxy), ...sitesHere(this.ports)],
      },
      "alertmanager.yml": { route: { receiver: "nobody" }, receivers: [{ name: "nobody" }] },
      "agent.yml": {
        global: { ...PACE, scrape_interval: "500ms", scrape_timeout: "500ms", external_labels: externalLabels },
        remote_write: remoteWrite,
        scrape_configs: [{ job_name: "load", static_configs: [{ targets: [`127.0.0.1:${load}`] }] }],
      },
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.directory, name), toYaml(content));
    const rules = toYaml(renderRules(indonesia)).replace(/^( +for:) .*$/gm, "$1 2s");
    writeFileSync(join(this.directory, "rules.yml"), rules);
  }
}

/** The jobs of the edge as they are, but for who is asked for its machines. */
function scrapedHere(port: number) {
  const machine = {
    __meta_gce_tags: ",edge,",
    __meta_gce_instance_status: "RUNNING",
    __meta_gce_instance_name: "indonesia-edge-a1b2",
    __meta_gce_zone: "https://www.googleapis.com/compute/v1/projects/shop/zones/asia-southeast2-a",
  };
  return renderScrapeConfigs(indonesia)
    .filter(({ job_name }) => job_name === SCRAPE_JOBS.edge)
    .map(({ gce_sd_configs, ...job }) => ({
      ...job,
      ...PACE,
      static_configs: [
        { targets: [`127.0.0.1:${port}`], labels: machine },
        // Not an edge, and one that is being replaced.
        {
          targets: ["127.0.0.1:1"],
          labels: { ...machine, __meta_gce_instance_name: "indonesia-edge-c3d4", __meta_gce_tags: ",other," },
        },
        {
          targets: ["127.0.0.1:2"],
          labels: {
            ...machine,
            __meta_gce_instance_name: "indonesia-edge-e5f6",
            __meta_gce_instance_status: "STOPPING",
          },
        },
      ],
    }));
}

/** The site itself, and itself once more as another site. */
function sitesHere({ prometheus, alertmanager }: Ports) {
  const targets = [`127.0.0.1:${prometheus}`];
  const ownCluster = (job_name: string, port: number) => ({
    job_name,
    static_configs: [
      { targets: [`127.0.0.1:${port}`], labels: { country: "indonesia", cluster: "indonesia-monitoring" } },
    ],
  });
  const other = { static_configs: [{ targets, labels: { country: "singapore", instance: "singapore-prometheus-1" } }] };
  return [
    ownCluster("metrics-prometheus", prometheus),
    ownCluster("metrics-alertmanager", alertmanager),
    ...renderScrapeConfigs(indonesia)
      .filter(({ job_name }) => job_name === SCRAPE_JOBS.sites)
      .map((job) => ({ ...job, ...other })),
  ];
}
