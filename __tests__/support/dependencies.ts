import { resources, type StackJson } from "./synth";

/**
 * What each resource of a stack needs to be there before it, and Terraform therefore destroys after it: what it
 * names in `depends_on` or refers to, and what its provider refers to; transitively.
 */
export function dependencies(stack: StackJson): Map<string, Set<string>> {
  const all = resources(stack);
  const known = new Set(all.map(({ address }) => address));
  const referredTo = (value: unknown) =>
    (JSON.stringify(value).match(/[a-z0-9_]+\.[\w-]+/g) ?? []).filter((address) => known.has(address));
  const providerOf = (type: string, named: unknown) => {
    const configured = stack.provider[type.split("_")[0] as string] ?? [];
    return configured.filter(({ alias }) => alias === (named as string | undefined)?.split(".")[1]);
  };
  const direct = new Map(
    all.map(({ address, type, attributes }) => [
      address,
      [...referredTo(attributes), ...referredTo(providerOf(type, attributes.provider))],
    ]),
  );
  const closure = (address: string, seen: Set<string>): Set<string> => {
    for (const next of direct.get(address) ?? []) {
      if (!seen.has(next)) closure(next, seen.add(next));
    }
    return seen;
  };
  return new Map([...known].map((address) => [address, closure(address, new Set())]));
}
