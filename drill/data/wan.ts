import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { rangeOf } from "../../config/cidr";
import type { Supervisor } from "../supervisor";
import { waitUntil } from "../time";
import type { WanSettings } from "./wan-process";

/** Round-trip time between two countries. */
export interface RoundTrip {
  readonly between: readonly [string, string];
  readonly milliseconds: number;
}

/** Name of the device that packets between countries are routed into. */
export const WAN_DEVICE = "wan";

/**
 * The network between countries: a TUN device whose packets a separate process delays by half a round trip. It carries
 * whole IP packets, so refused connections and missing responses also take as long as they should.
 */
export class Wan {
  private cutCountries: readonly string[] = [];
  private severed: readonly (readonly [string, string])[] = [];
  private oneWayMs: WanSettings["oneWayMs"] = {};

  private constructor(
    private readonly blocks: WanSettings["blocks"],
    private readonly send: (settings: WanSettings) => void,
  ) {}

  /** @param blocks CIDR block of each country */
  static async open(supervisor: Supervisor, blocks: Readonly<Record<string, string>>): Promise<Wan> {
    const child = supervisor.adopt(fork(join(__dirname, "wan-process.ts"), { stdio: "inherit" }));
    const [port] = await once(child, "message");
    const device = `TUN,tun-name=${WAN_DEVICE},tun-type=tun,iff-no-pi,iff-up`;
    const tunnel = supervisor.adopt(
      spawn("nice", ["-n", "-20", "socat", "-b", "65536", device, `UDP4:127.0.0.1:${port}`], { stdio: "inherit" }),
    );
    await waitUntil(`the device ${WAN_DEVICE} is up`, 5_000, async () => {
      if (tunnel.exitCode !== null)
        throw new Error(`socat could not create the device ${WAN_DEVICE}: does /dev/net/tun exist?`);
      return spawnOk("ip", ["link", "show", WAN_DEVICE]);
    });
    const wan = new Wan(Object.entries(blocks).map(parseBlock), (settings) => child.send(settings));
    wan.apply();
    return wan;
  }

  setRoundTrips(roundTrips: readonly RoundTrip[]): void {
    const ways = roundTrips.flatMap(({ between: [one, other], milliseconds }) =>
      [`${one}>${other}`, `${other}>${one}`].map((way) => [way, milliseconds / 2]),
    );
    this.oneWayMs = Object.fromEntries(ways);
    this.apply();
  }

  /** Loses every packet from and to these countries. What is cut twice has to be joined twice: faults overlap. */
  cut(countries: readonly string[]): void {
    this.cutCountries = [...this.cutCountries, ...countries];
    this.apply();
  }

  join(countries: readonly string[]): void {
    const left = [...this.cutCountries];
    for (const country of countries.filter((each) => left.includes(each))) left.splice(left.indexOf(country), 1);
    this.cutCountries = left;
    this.apply();
  }

  /** Loses every packet between these two countries. */
  sever(between: readonly [string, string]): void {
    this.severed = [...this.severed, between];
    this.apply();
  }

  mend(between: readonly [string, string]): void {
    const last = this.severed.findLastIndex((pair) => pair.every((country) => between.includes(country)));
    this.severed = this.severed.filter((_, index) => index !== last);
    this.apply();
  }

  private apply(): void {
    const severed = this.severed.flatMap(([one, other]) => [`${one}>${other}`, `${other}>${one}`]);
    this.send({ blocks: this.blocks, oneWayMs: this.oneWayMs, cut: this.cutCountries, severed });
  }
}

function parseBlock([country, block]: [string, string]): WanSettings["blocks"][number] {
  const { first, last } = rangeOf(block);
  return { country, first, size: last - first + 1 };
}

async function spawnOk(program: string, args: readonly string[]): Promise<boolean> {
  const [code] = await once(spawn(program, args, { stdio: "ignore" }), "close");
  return code === 0;
}
