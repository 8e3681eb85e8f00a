import { readFileSync } from "node:fs";
import { stackFile } from "../../tools/synthesized/stacks";
import { readMetadata } from "../synthesized";

/** One country's HAProxy configuration as its machine will read it. */
export interface EdgeConfig {
  readonly country: string;
  readonly text: string;
}

/** A `server` line of the configuration. */
export interface ServerLine {
  /** The country that the server stands in. */
  readonly country: string;
  readonly address: string;
  readonly port: number;
}

/**
 * The configuration that Terraform would place in the metadata of a country's edge.
 *
 * @param synth folder that `npm run synth` wrote
 * @throws Error that says what to run when there is none
 */
export function readEdgeConfig(synth: string, country: string): EdgeConfig {
  const machines = readMetadata(synth, country, "google_compute_region_instance_template", ["haproxy-cfg"]);
  const text = machines[0]?.["haproxy-cfg"];
  if (text === undefined || machines.length > 1) {
    throw new Error(
      `${stackFile(synth, `region-${country}`)} holds ${machines.length} instance templates with "haproxy-cfg" metadata, not one: run \`npm run synth\` again`,
    );
  }
  return { country, text };
}

/** The servers of the `reads` backend, in the order in which they stand. @throws Error when there is no such backend */
export function serversOf(text: string): ServerLine[] {
  const backend = /^backend reads$(.*?)(?=^\S|(?![\s\S]))/ms.exec(text)?.[1];
  if (backend === undefined) throw new Error("the configuration has no backend `reads`");
  return [...backend.matchAll(/^\s*server (\S+) ([\d.]+):(\d+)/gm)].map(([, country = "", address = "", port]) => ({
    country,
    address,
    port: Number(port),
  }));
}

/** The host name that health checks ask for, which is the shop's. */
export function shopHostOf(text: string): string {
  const host = /http-check send .*\bhdr Host (\S+)/.exec(text)?.[1];
  if (!host) throw new Error("the configuration's health check asks for no host");
  return host;
}

/** Pods that a country's ingress tries for one read when they break its connection, as its chart is told. */
export function readIngressTries(synth: string, country: string): number {
  const file = stackFile(synth, `region-${country}`);
  const text = readFileSync(file, "utf8");
  const [, when = ""] = /proxy[-_]next[-_]upstream\b(?![-_])\W+([a-z_ ]+)/.exec(text) ?? [];
  const [, tries] = /proxy[-_]next[-_]upstream[-_]tries\W+(\d+)/.exec(text) ?? [];
  if (tries === undefined)
    throw new Error(`${file} does not say which pods the ingress tries: run \`npm run synth\` again`);
  return when.split(" ").includes("error") ? Number(tries) : 1;
}
