import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import type { Firing } from "./alertmanager";
import type { Fault } from "./estate-fault";
import { targetsOf } from "./estate-targets";
import { steady, TIMES } from "./estate-values";

/** Prometheus marks what a scrape does not find any more as stale; of what agents push, the last value stays 5 minutes. */
const ended = (values: string, { cluster }: Firing) =>
  `${values.split(" ")[0]} ${cluster?.endsWith("-app") ? `_x${TIMES.after}` : `stale _x${TIMES.after - 1}`}`;

/** The series of a whole healthy estate as one site has them, but for the fault. */
export function estateSeries(site: SiteSettings, fault: Fault = {}): Record<string, string> {
  return Object.fromEntries(
    targetsOf(site, fault).flatMap(({ labels, metrics }) => {
      const isVanished = fault.isVanished?.(labels) ?? false;
      const isGone = isVanished || (fault.isGone?.(labels) ?? false);
      const isMute = isGone || (fault.isMute?.(labels) ?? false);
      const up: [string, string] = [
        named("up", labels),
        isVanished ? ended("1x20 1x1", labels) : steady(1, isGone ? 0 : 1),
      ];
      const told = { ...metrics, ...fault.tells?.(labels) };
      const others = Object.entries(told).map(([metric, values]): [string, string] => [
        named(metric, labels),
        isMute ? ended(values, labels) : values,
      ]);
      return [up, ...others];
    }),
  );
}

function named(metric: string, labels: Firing): string {
  const [name, own = ""] = metric.split("{");
  const shared = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${[...shared, ...own.replace("}", "").split(",").filter(Boolean)].join(",")}}`;
}
