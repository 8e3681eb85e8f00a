import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toYaml } from "../../../constructs/kubernetes/yaml";
import { RECEIVER_FOLDER, renderAlertmanagerConfig } from "../../../constructs/monitoring/render-alertmanager";
import { SITE_SECRETS } from "../../../constructs/monitoring/site-names";
import type { AlertReceiverName, AlertSettings } from "../../../constructs/monitoring/site-settings";
import { close, listen } from "../../../drill/http-server";
import { requireProgram } from "../../support/edge-machine";
import { freePort } from "../../support/free-port";

/** Labels of an alert that fires. */
export type Firing = Readonly<Record<string, string>>;

const RECEIVERS = ["critical", "warning", "dead-mans-switch"] as const satisfies readonly AlertReceiverName[];
const EVERY_WAY: AlertSettings = Object.fromEntries(RECEIVERS.map((name) => [name, { kind: "webhook", secret: name }]));

/** A real Alertmanager with the rendered config, and somebody behind each of its receivers. */
export class AlertmanagerOnLoopback {
  readonly folder = mkdtempSync(join(tmpdir(), "alertmanager-"));
  /** Names of alerts in the messages that each receiver got. */
  readonly got: Record<AlertReceiverName, string[][]> = { critical: [], warning: [], "dead-mans-switch": [] };
  private readonly servers: Server[] = [];
  private child: ChildProcess | undefined;
  private port = 0;
  private drained = 0;

  /** @param refusing receivers that answer 403, as for a wrong secret */
  static async start(refusing: readonly AlertReceiverName[] = []): Promise<AlertmanagerOnLoopback> {
    const alertmanager = new AlertmanagerOnLoopback();
    for (const name of RECEIVERS) await alertmanager.receive(name, refusing.includes(name) ? 403 : 200);
    await alertmanager.run();
    return alertmanager;
  }

  /** Its config as a file: with the secrets' folder and the waiting replaced, and nothing else. */
  writeConfig(): string {
    const path = join(this.folder, "alertmanager.yml");
    const text = toYaml(renderAlertmanagerConfig(EVERY_WAY))
      .replaceAll(RECEIVER_FOLDER, this.folder)
      .replace("group_wait: 30s", "group_wait: 500ms");
    writeFileSync(path, text);
    return path;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async post(alerts: readonly Firing[]): Promise<void> {
    const body = JSON.stringify(alerts.map((labels) => ({ labels, annotations: { summary: labels.alertname } })));
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.url}/api/v2/alerts`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`Alertmanager answers ${answer.status}: ${await answer.text()}`);
  }

  /** Waits until everything is sent that was posted: twice as long as it gathers, shown by one more alert each. */
  async drain(): Promise<void> {
    for (let time = 0; time < 2; time += 1) {
      this.drained += 1;
      const country = `drained-${this.drained}`;
      await this.post([{ alertname: "Last", country, severity: "critical" }]);
      const isSent = (name: AlertReceiverName) => this.got[name].flat().includes(`Last ${country}`);
      await this.until("all is sent", () => isSent("critical") && isSent("warning"));
    }
  }

  /** The names of alerts that came since it was asked last. */
  take(): Record<AlertReceiverName, string[]> {
    const names = (receiver: AlertReceiverName) => [
      ...new Set(
        this.got[receiver]
          .splice(0)
          .flat()
          .filter((name) => !name.startsWith("Last ")),
      ),
    ];
    return { critical: names("critical"), warning: names("warning"), "dead-mans-switch": names("dead-mans-switch") };
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  async until(what: string, isSo: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
      await sleep(100);
    }
  }

  async remove(): Promise<void> {
    if (this.child && this.child.exitCode === null) {
      const exit = once(this.child, "exit");
      this.child.kill("SIGKILL");
      await exit;
    }
    for (const server of this.servers) await close(server);
    rmSync(this.folder, { recursive: true });
  }

  private async receive(name: AlertReceiverName, status: number): Promise<void> {
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (data) => {
        body += data;
      });
      request.on("end", () => {
        const { alerts } = JSON.parse(body);
        const names = alerts.map(({ labels }: { labels: Firing }) => `${labels.alertname} ${labels.country}`);
        if (status === 200) this.got[name].push(names);
        response.writeHead(status).end();
      });
    });
    this.servers.push(server);
    const file = join(this.folder, SITE_SECRETS.alert.name(name), SITE_SECRETS.alert.key);
    mkdirSync(dirname(file));
    writeFileSync(file, `http://127.0.0.1:${await listen(server)}/`);
  }

  private async run(): Promise<void> {
    const config = this.writeConfig();
    this.port = await freePort();
    this.child = spawn(
      requireProgram("prometheus-alertmanager"),
      [
        ...[`--config.file=${config}`, `--storage.path=${this.folder}/data`, "--cluster.listen-address="],
        `--web.listen-address=127.0.0.1:${this.port}`,
      ],
      { stdio: "ignore" },
    );
    const isReady = async () =>
      (await fetch(`http://127.0.0.1:${this.port}/-/ready`).catch(() => undefined))?.ok === true;
    await this.until("Alertmanager is ready", isReady);
  }
}

/** What Alertmanager's own tool says of a config. */
export function amtool(...args: readonly string[]): string {
  return execFileSync(requireProgram("amtool"), args, { encoding: "utf8" }).trim();
}
