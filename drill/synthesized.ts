import { unescapeTemplate } from "../constructs/escape-template";
import { readStack } from "../tools/synthesized/stacks";

/**
 * The metadata under `keys` of each resource of a type in a country's stack; resources that lack a key are left out.
 * @param synth output folder of `npm run synth`
 * @throws CannotTell when the stack is missing or damaged
 * @throws Error when a text still needs Terraform to fill it in
 */
export function readMetadata<Key extends string>(
  synth: string,
  country: string,
  resourceType: string,
  keys: readonly Key[],
): Record<Key, string>[] {
  const { resource = {} } = readStack(synth, `region-${country}`);
  return Object.values(resource[resourceType] ?? {}).flatMap(({ metadata }) => {
    const texts = new Map(Object.entries((metadata ?? {}) as Record<string, string>));
    const found = keys.flatMap((key) => {
      const text = texts.get(key);
      return text === undefined ? [] : [[key, unescapeTemplate(text)] as const];
    });
    return found.length === keys.length ? [Object.fromEntries(found) as Record<Key, string>] : [];
  });
}
