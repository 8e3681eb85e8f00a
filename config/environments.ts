import { type Problem, problem } from "./problem";
import { production } from "./production";
import { RefusedError } from "./refused-error";
import { staging } from "./staging";
import type { Topology } from "./topology";
import { validateTopology } from "./validate-topology";

/** Every environment that can be synthesized, by name. */
export const environments: Readonly<Record<string, Topology>> = { production, staging };

/** What no two environments may share: each names what one of them alone may own. */
const OWN: Readonly<Record<string, (topology: Topology) => unknown>> = {
  "project.id": ({ project }) => project.id,
  "project.number": ({ project }) => project.number,
  domain: ({ domain }) => domain,
  "delivery.terraformCloud": ({ delivery }) =>
    delivery.terraformCloud && JSON.stringify([delivery.terraformCloud.organization, delivery.terraformCloud.project]),
};

/**
 * The topology of an environment.
 *
 * @throws RefusedError that names the unknown environment and lists the known ones, or what two environments share:
 *   their names have no prefix, so one would take over the other's resources
 */
export function environmentNamed(name: string): Topology {
  const topology = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (!topology) {
    const known = Object.keys(environments).join(" or ");
    throw new RefusedError(`environment "${name}"`, [
      `there is none of that name: use ${known}, or add it to config/environments.ts`,
    ]);
  }
  const shared = sharedProblems(environments, name);
  if (shared.length > 0) throw new RefusedError(`topology "${name}"`, [...shared, ...validateTopology(topology)]);
  return topology;
}

/** What an environment has in common with another, and a name that is not its own. */
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
          ? [problem(path, value, `${other} has it: give each environment its own`)]
          : [];
      }),
    ),
  ];
}

/** What is not there, or of another type, is refused by the schema. */
function readOrNothing(read: (topology: Topology) => unknown, topology: Topology): unknown {
  try {
    return read(topology);
  } catch {
    return undefined;
  }
}
