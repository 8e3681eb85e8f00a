import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type Attributes = Readonly<Record<string, unknown>>;

/** A resource as it stands in a stack's JSON. */
export interface Resource {
  readonly stack: string;
  readonly type: string;
  readonly id: string;
  readonly attributes: Attributes;
}

interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly provider?: { readonly google?: readonly { readonly project?: string }[] };
}

/** It cannot be told who reaches what. */
export class Unable extends Error {}

/** All stacks as `cdktf synth` wrote them: what the estate's JSON says, and nothing that its source says. */
export class Estate {
  readonly resources: readonly Resource[];
  /** Keys of the countries, the longest first, so that one that begins with another is found before it. */
  readonly countries: readonly string[];
  readonly environment: string;
  readonly project: string;

  constructor(private readonly stacks: Readonly<Record<string, StackJson>>) {
    this.resources = Object.entries(stacks).flatMap(([stack, { resource = {} }]) =>
      Object.entries(resource).flatMap(([type, byId]) =>
        Object.entries(byId).map(([id, attributes]) => ({ stack, type, id, attributes })),
      ),
    );
    this.countries = Object.keys(stacks)
      .flatMap((stack) => /^region-(.+)$/.exec(stack)?.[1] ?? [])
      .sort((a, b) => b.length - a.length || a.localeCompare(b));
    const labels = this.resources.map(({ attributes }) => attributes.labels as Record<string, string> | undefined);
    this.environment = labels.find((each) => each?.environment)?.environment ?? "";
    this.project = Object.values(stacks).find(({ provider }) => provider?.google)?.provider?.google?.[0]?.project ?? "";
    if (this.countries.length === 0 || !this.environment) {
      throw new Unable("these stacks are not this estate's: there is no region stack, or no environment label");
    }
  }

  /** @throws Unable when nothing was synthesized there */
  static read(outdir: string): Estate {
    const folder = join(outdir, "stacks");
    const names = existsSync(folder) ? readdirSync(folder) : [];
    if (names.length === 0) throw new Unable(`there are no stacks in ${folder}: run npm run synth first`);
    const read = (name: string) => JSON.parse(readFileSync(join(folder, name, "cdk.tf.json"), "utf8"));
    return new Estate(Object.fromEntries(names.map((name) => [name, read(name)])));
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The country that a resource belongs to: its stack's, or the one that it stands below in a stack of all countries. */
  countryOf({ stack, attributes }: Resource): string | undefined {
    const note = (attributes["//"] ?? {}) as { readonly metadata?: { readonly path?: string } };
    const path = note.metadata?.path?.split("/") ?? [];
    return /^region-(.+)$/.exec(stack)?.[1] ?? this.countries.find((country) => path.includes(country));
  }

  /**
   * The resource that an expression of a stack leads to, also by way of another stack's output; the text itself when
   * it is a literal.
   */
  follow(text: string, stack: string): Resource | string {
    const [, path = ""] = /^[^$]*\$\{([^}]+)\}$/.exec(text) ?? [];
    const [, producer = "", output = ""] =
      /^data\.terraform_remote_state\.(.+)-state\.outputs\.(\w+)$/.exec(path) ?? [];
    const value = this.stacks[producer]?.output?.[output]?.value;
    if (typeof value === "string") return this.follow(value, producer);
    const [type, id] = path.split(".");
    return this.resources.find((each) => each.stack === stack && each.type === type && each.id === id) ?? text;
  }
}

/** A value that the JSON may hold once or in a list. */
export function listOf<T = Attributes>(value: unknown): readonly T[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly T[];
}
