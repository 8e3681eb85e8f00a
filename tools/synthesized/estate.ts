import { CannotTell } from "../cli";
import { type Attributes, readStacks, type StackJson } from "./stacks";

export { type Attributes, listOf } from "./stacks";

/** A resource of a stack's JSON. */
export interface SynthesizedResource {
  readonly stack: string;
  readonly type: string;
  /** Part of its Terraform address, `<type>.<id>`: the construct path with underscores, and a hash. */
  readonly id: string;
  /** Ids of its parent constructs and its own, under the stack: `countries`, `india`, `vpn`, `machine`. */
  readonly path: readonly string[];
  /** The country it belongs to: its stack's, or the one whose scope it is in. */
  readonly country: string | undefined;
  readonly attributes: Attributes;
}

/** All stacks as written by `cdktf synth`: only what the JSON says, nothing from the source. */
export class SynthesizedEstate {
  readonly resources: readonly SynthesizedResource[];
  /** Keys of the countries, longest first, so that a prefix of another key is tried after it. */
  readonly countries: readonly string[];

  constructor(private readonly stacks: Readonly<Record<string, StackJson>>) {
    this.countries = Object.keys(stacks)
      .flatMap((stack) => countryOfStack(stack) ?? [])
      .sort((a, b) => b.length - a.length || a.localeCompare(b));
    this.resources = Object.entries(stacks).flatMap(([stack, { resource = {} }]) =>
      Object.entries(resource).flatMap(([type, byId]) =>
        Object.entries(byId).map(([id, attributes]) => {
          const path = constructPath(attributes);
          const country = countryOfStack(stack) ?? this.countries.find((key) => path.includes(key));
          return { stack, type, id, path, country, attributes };
        }),
      ),
    );
  }

  /** @throws CannotTell when nothing was synthesized there, or something other than an estate */
  static read(synth: string): SynthesizedEstate {
    const estate = new SynthesizedEstate(readStacks(synth));
    if (estate.countries.length === 0 || !estate.environment) {
      throw new CannotTell(
        `${synth} contains no estate (no region stack, or no environment label): pass the output folder of npm run synth`,
      );
    }
    return estate;
  }

  /** From the resources' labels. */
  get environment(): string {
    const labels = this.resources.map(({ attributes }) => attributes.labels as Record<string, string> | undefined);
    return labels.find((each) => each?.environment)?.environment ?? "";
  }

  get project(): string {
    const google = Object.values(this.stacks).flatMap(({ provider }) => provider?.google ?? []);
    return String(google.find(({ project }) => project)?.project ?? "");
  }

  ofType(...types: readonly string[]): readonly SynthesizedResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The resource that an expression refers to, also through another stack's output; for a literal, the text itself. */
  follow(text: string, stack: string): SynthesizedResource | string {
    const [, path = ""] = /^[^$]*\$\{([^}]+)\}$/.exec(text) ?? [];
    const [, producer = "", output = ""] =
      /^data\.terraform_remote_state\.(.+)-state\.outputs\.(\w+)$/.exec(path) ?? [];
    const value = this.stacks[producer]?.output?.[output]?.value;
    if (typeof value === "string") return this.follow(value, producer);
    const [type, id] = path.split(".");
    return this.resources.find((each) => each.stack === stack && each.type === type && each.id === id) ?? text;
  }
}

/** The country of a stack; undefined for a shared stack. */
export function countryOfStack(stack: string): string | undefined {
  return /^region-(.+)$/.exec(stack)?.[1];
}

/** cdktf records each construct's path in the JSON; it begins with the stack. */
function constructPath(attributes: Attributes): readonly string[] {
  const note = attributes["//"] as { readonly metadata?: { readonly path?: string } } | undefined;
  return note?.metadata?.path?.split("/").slice(1) ?? [];
}
