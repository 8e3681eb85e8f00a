import { production } from "../../config/production";
import { edgeMetadata, synthesize } from "../support/synth";
import { writeSynthesized } from "./synthesized-input";

const estate = synthesize(production);

/** A country's configuration in production, as its edge machine reads it. */
export function edgeConfig(country: string): string {
  return edgeMetadata(estate, country, "haproxy-cfg");
}

/** Synthesizes production, with the configuration of each edge changed by `change`. @returns the directory */
export function writeSynthesizedEdges(change?: (config: string) => string): string {
  return writeSynthesized("haproxy-cfg", change);
}
