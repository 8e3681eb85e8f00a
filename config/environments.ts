import { production } from "./production";
import { RefusedError } from "./refused-error";
import { staging } from "./staging";
import type { Topology } from "./topology";

/** Every environment that can be synthesized, by name. */
export const environments: Readonly<Record<string, Topology>> = { production, staging };

/**
 * The topology of an environment.
 *
 * @throws RefusedError that names the unknown environment and lists the known ones
 */
export function environmentNamed(name: string): Topology {
  const topology = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (!topology) {
    const known = Object.keys(environments).join(" or ");
    throw new RefusedError(`environment "${name}"`, [
      `there is none of that name: use ${known}, or add it to config/environments.ts`,
    ]);
  }
  return topology;
}
