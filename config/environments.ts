import { production } from "./production";
import { staging } from "./staging";
import type { Topology } from "./topology";

/** Every environment that can be synthesized, by name. */
export const environments: Readonly<Record<string, Topology>> = { production, staging };

/**
 * The topology of an environment.
 *
 * @throws Error that names the unknown environment and lists the known ones
 */
export function environmentNamed(name: string): Topology {
  const topology = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (!topology) {
    const known = Object.keys(environments).join(" or ");
    throw new Error(`environment "${name}" does not exist: use ${known}, or add it to config/environments.ts`);
  }
  return topology;
}
