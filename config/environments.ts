import { type Problem, problem } from "./problem";
import { production } from "./production";
import { RefusedError } from "./refused-error";
import { staging } from "./staging";
import type { Topology } from "./topology";
import { validateTopology } from "./validate-topology";

/** Every environment that can be synthesized, by name. */
export const environments: Readonly<Record<string, Topology>> = { production, staging };

/** What must be unique to each environment. */
const OWN: Readonly<Record<string, (topology: Topology) => unknown>> = {
  "project.id": ({ project }) => project.id,
  "project.number": ({ project }) => project.number,
  domain: ({ domain }) => domain,
  "delivery.terraformCloud": ({ delivery }) =>
    delivery.terraformCloud && JSON.stringify([delivery.terraformCloud.organization, delivery.terraformCloud.project]),
};

/**
 * The topology of an environment.
 * @throws RefusedError when the environment is unknown, or shares what must be its own with another: names have no
 * environment prefix, so one would take over the other's resources
 */
export function environmentNamed(name: string): Topology {
  const topology = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (!topology) {
    const known = Object.keys(environments).join(" or ");
    throw new RefusedError(`environment "${name}"`, [
      `no such environment: use ${known}, or add it to config/environments.ts`,
    ]);
  }
  const shared = sharedProblems(environments, name);
  if (shared.length > 0) throw new RefusedError(`topology "${name}"`, [...shared, ...validateTopology(topology)]);
  return topology;
}

/** What an environment shares with another although it must not, and a name that differs from its key. */
export function sharedProblems(all: Readonly<Record<string, Topology>>, name: string): Problem[] {
  const own = all[name];
  const others = Object.entries(all).filter(([other]) => other !== name);
  return [
    ...(own && own.environment !== name
      ? [problem("environment", own.environment, `it is "${name}" in config/environments.ts: use one name`)]
      : []),
    ...Object.entries(OWN).flatMap(([path, read]) =>
      others.flatMap(([other, topology]) => {
        const value = own && readOrNothing(read, own);
        return value !== undefined && value === readOrNothing(read, topology)
          ? [problem(path, value, `${other} already uses it: give each environment its own`)]
          : [];
      }),
    ),
  ];
}

/** The schema reports missing and mistyped fields. */
function readOrNothing(read: (topology: Topology) => unknown, topology: Topology): unknown {
  try {
    return read(topology);
  } catch {
    return undefined;
  }
}
