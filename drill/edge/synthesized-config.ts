import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

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

/** What the stack's JSON must hold for us; everything else in it is not our business. */
interface StackJson {
  readonly resource?: Record<string, Record<string, { readonly metadata?: Record<string, string> }>>;
}

/**
 * The configuration that Terraform would place in the metadata of a country's edge.
 *
 * @param directory what `cdktf synth` wrote, `cdktf.out` as a rule
 * @throws Error that says what to run when there is none
 */
export function readEdgeConfig(directory: string, country: string): EdgeConfig {
  const file = join(directory, "stacks", `region-${country}`, "cdk.tf.json");
  if (!existsSync(file)) throw new Error(`${file} does not exist: run \`npm run synth\` first`);
  const stack = JSON.parse(readFileSync(file, "utf8")) as StackJson;
  const templates = Object.values(stack.resource?.google_compute_region_instance_template ?? {});
  const texts = templates.flatMap(({ metadata }) => metadata?.["haproxy-cfg"] ?? []);
  const [text, ...others] = texts;
  if (text === undefined || others.length > 0) {
    throw new Error(
      `${file} holds ${texts.length} instance templates with "haproxy-cfg" metadata, not one: run \`npm run synth\` again`,
    );
  }
  return { country, text: unescapeTerraform(text) };
}

/** Text of a Terraform template without anything to fill in, as Terraform hands it on. */
export function unescapeTerraform(template: string): string {
  const open = /(?<!\$)\$\{[^}]*\}?|(?<!%)%\{[^}]*\}?/.exec(template);
  if (open) throw new Error(`only Terraform can fill in ${open[0]}: the configuration must be literal text`);
  return template.replace(/([$%])\1\{/g, "$1{");
}

/** The servers of the `reads` backend, in the order in which they stand. */
export function serversOf(text: string): ServerLine[] {
  const backend = /^backend reads$(.*?)(?=^\S|(?![\s\S]))/ms.exec(text)?.[1] ?? "";
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
