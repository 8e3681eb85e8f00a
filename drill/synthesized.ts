import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unescapeTemplate } from "../constructs/escape-template";

/** What the stack's JSON must hold for us; everything else in it is not our business. */
interface StackJson {
  readonly resource?: Record<string, Record<string, { readonly metadata?: Record<string, string> }>>;
}

/**
 * What Terraform would place under `keys` in the metadata of each resource of a type in a country's stack; resources
 * that lack one of them are left out.
 *
 * @param directory what `cdktf synth` wrote, `cdktf.out` as a rule
 * @throws Error that says what to run when there is no stack, or when a text waits for Terraform to fill it in
 */
export function readMetadata<Key extends string>(
  directory: string,
  country: string,
  resourceType: string,
  keys: readonly Key[],
): Record<Key, string>[] {
  const file = stackFile(directory, country);
  if (!existsSync(file)) throw new Error(`${file} does not exist: run \`npm run synth\` first`);
  const stack = JSON.parse(readFileSync(file, "utf8")) as StackJson;
  return Object.values(stack.resource?.[resourceType] ?? {}).flatMap(({ metadata = {} }) =>
    keys.every((key) => key in metadata)
      ? (Object.fromEntries(keys.map((key) => [key, unescapeTemplate(metadata[key] ?? "")])) as Record<Key, string>)
      : [],
  );
}

export function stackFile(directory: string, country: string): string {
  return join(directory, "stacks", `region-${country}`, "cdk.tf.json");
}
