import { request } from "node:https";
import { CannotTell } from "../../tools/cli";
import { readStack } from "../../tools/synthesized/stacks";
import { sleepMs } from "../time";

/** What the synthesized zone and its health check say. */
export interface DnsSettings {
  readonly ttlMs: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly unhealthyAfter: number;
  readonly host: string;
  readonly path: string;
}

/** @throws CannotTell when the network stack has no such zone or health check */
export function readDns(synth: string): DnsSettings {
  const { resource = {} } = readStack(synth, "network");
  const checks = Object.values(resource.google_compute_health_check ?? {});
  // biome-ignore lint/suspicious/noExplicitAny: attributes of Terraform, of which a few are read
  const check: any = checks.find((each) => each.name === "edge-from-dns");
  const records = Object.values(resource.google_dns_record_set ?? {});
  const shop = records.find((each) => each.type === "A" && each.routing_policy);
  if (!check || !shop) throw new CannotTell(`${synth} has no DNS of the shop: run npm run synth`);
  return {
    ttlMs: Number(shop.ttl) * 1000,
    intervalMs: Number(check.check_interval_sec) * 1000,
    timeoutMs: Number(check.timeout_sec) * 1000,
    unhealthyAfter: Number(check.unhealthy_threshold),
    host: check.https_health_check.host,
    path: check.https_health_check.request_path,
  };
}

interface Edge {
  readonly country: string;
  readonly address: string;
}

/**
 * What Cloud DNS does by its documentation: probes each edge from three regions, leaves out one that most of them find
 * down, and answers with the nearest one that is up; when none is, as if all were. The probers stand where nothing
 * delays or cuts them off, as Google's do.
 */
export class GeoDns {
  private readonly healthy: Map<string, boolean>;
  private wanted = true;
  private leftOut: readonly string[] = [];

  constructor(
    private readonly settings: DnsSettings,
    private readonly edges: readonly Edge[],
    /** Countries by their distance from one, itself first. */
    private readonly nearest: (country: string) => readonly string[],
    private readonly onChange: () => void,
  ) {
    this.healthy = new Map(edges.map(({ country }) => [country, true]));
    for (const edge of edges) void this.watch(edge);
  }

  get ttlMs(): number {
    return this.settings.ttlMs;
  }

  /** As an apply of the network with these countries evacuated. */
  leaveOut(countries: readonly string[]): void {
    this.leftOut = countries;
    this.onChange();
  }

  answer(country: string): string {
    const order = this.nearest(country).filter((each) => !this.leftOut.includes(each));
    const chosen = order.find((each) => this.healthy.get(each)) ?? order[0];
    const edge = this.edges.find((each) => each.country === chosen);
    if (!edge) throw new Error(`no edge is known near ${country}`);
    return edge.address;
  }

  isHealthy(country: string): boolean {
    return this.healthy.get(country) === true;
  }

  stop(): void {
    this.wanted = false;
  }

  /** The three regions' probes of an edge, a third of the interval apart. */
  private async watch(edge: Edge): Promise<void> {
    const { intervalMs } = this.settings;
    const regions = [0, 1, 2].map((region) => ({ failures: 0, offsetMs: (region * intervalMs) / 3 }));
    await Promise.all(
      regions.map(async (region) => {
        await sleepMs(region.offsetMs);
        while (this.wanted) {
          const startMs = performance.now();
          region.failures = (await this.probe(edge)) ? 0 : region.failures + 1;
          const down = regions.filter(({ failures }) => failures >= this.settings.unhealthyAfter);
          this.judge(edge, down.length < 2);
          await sleepMs(Math.max(0, intervalMs - (performance.now() - startMs)));
        }
      }),
    );
  }

  private judge({ country }: Edge, isHealthy: boolean): void {
    if (this.healthy.get(country) === isHealthy) return;
    this.healthy.set(country, isHealthy);
    this.onChange();
  }

  private probe({ address }: Edge): Promise<boolean> {
    const { host, path, timeoutMs } = this.settings;
    return new Promise((resolve) => {
      const sent = request(
        {
          ...{ host: address, port: 443, path, servername: host, headers: { host }, agent: false },
          rejectUnauthorized: false, // Google's probes verify no certificate.
          signal: AbortSignal.timeout(timeoutMs),
        },
        (response) => {
          response.resume();
          resolve(response.statusCode === 200);
        },
      );
      sent.on("error", () => resolve(false));
      sent.end();
    });
  }
}
