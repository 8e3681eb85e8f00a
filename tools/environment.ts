import { environments } from "../config/environments";
import type { Topology } from "../config/topology";
import { UsageError } from "./cli";

const NAMES = Object.keys(environments).join(" or ");

/** The option of every command that reads a topology. */
export const ENVIRONMENT = {
  environment: { type: "string", value: "NAME", default: "production", says: NAMES },
} as const;

/** @throws UsageError that names the known environments */
export function topologyNamed(environment: string | undefined): Topology {
  if (environment === undefined) throw new UsageError(`--environment NAME is missing, use ${NAMES}`);
  const topology = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  if (!topology) throw new UsageError(`--environment ${environment} is unknown, use ${NAMES}`);
  return topology;
}
