import { production } from "../../config/production";
import { edgeMetadata, synthesize } from "../support/synth";
import { writeSynthesized } from "./synthesized-input";

const estate = synthesize(production);

/** A country's configuration in production, as its edge machine reads it. */
export function edgeConfig(country: string): string {
  return edgeMetadata(estate, country, "haproxy-cfg");
}

/** For tests of anything but health checks: a busy machine answers those late, and no country is to go down for it. */
export function patient(config: string): string {
  return config.replaceAll("timeout check 500ms", "timeout check 10m");
}

/** Synthesizes production, with the configuration of each edge changed by `change`. @returns the directory */
export function writeSynthesizedEdges(change?: (config: string) => string): string {
  return writeSynthesized("haproxy-cfg", change);
}
