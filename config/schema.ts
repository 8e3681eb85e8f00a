import { closestNames } from "./closest-names";
import { type Problem, problem } from "./problem";

/** Where a value is in a topology: `["countries", "india", "slot"]`. */
export type Path = readonly string[];

/** A value that a schema refuses; rules that read it are skipped. */
export interface Flaw {
  readonly path: Path;
  readonly problem: Problem;
}

/** What a value must be. The TypeScript type follows: {@link Of}. */
export interface Schema<T> {
  /** What to write. */
  readonly remedy: string;
  /** Every flaw of a value of any type, including nested ones. */
  readonly check: (path: Path, value: unknown) => Flaw[];
  /** Only carries the type; never set. */
  readonly type?: T;
}

/** The type of the values that a schema accepts. */
export type Of<S> = S extends Schema<infer T> ? T : never;

interface Optional<T> extends Schema<T> {
  readonly isOptional: true;
}

/** The field may be left out. */
export function optional<T>(schema: Schema<T>): Optional<T> {
  return { ...schema, isOptional: true };
}

export interface Whole extends Schema<number> {
  readonly least: number;
  readonly most: number;
}

interface WholeOptions {
  readonly unit?: string;
  readonly because?: string;
  /** @default the limits, with the unit and the reason */
  readonly remedy?: string;
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number, options: WholeOptions = {}): Whole {
  const { unit = "", because = "" } = options;
  const remedy = options.remedy ?? `use ${range(least, most)}${unit && ` ${unit}`}${because && `, ${because}`}`;
  const remedyOf = (value: number) => {
    if (!Number.isInteger(value)) return `it is not a whole number: ${remedy}`;
    return value >= least && value <= most ? "" : remedy;
  };
  return { least, most, remedy, check: leaf<number>("number", remedy, remedyOf) };
}

/** Text that matches `pattern`, or for which `remedyOf` returns "". */
export function text(pattern: RegExp | ((value: string) => string), remedy: string): Schema<string> {
  const remedyOf = typeof pattern === "function" ? pattern : (value: string) => (pattern.test(value) ? "" : remedy);
  return { remedy, check: leaf<string>("string", remedy, remedyOf) };
}

export function oneOf<const T extends string>(values: readonly T[], remedy: string): Schema<T> {
  return text((value) => (values.some((known) => known === value) ? "" : remedy), remedy) as Schema<T>;
}

export interface List<T> extends Schema<readonly T[]> {
  readonly item: Schema<T>;
}

/** `least` or more items of one schema. */
export function list<T>(item: Schema<T>, remedy: string, least = 0): List<T> {
  const check = (path: Path, value: unknown) => {
    if (!Array.isArray(value)) return [mistyped(path, value, "a list", remedy)];
    if (value.length < least) return [{ path, problem: problem(dotted(path), value, remedy) }];
    // Array.from, because flatMap skips holes.
    return Array.from(value).flatMap((own, index) => checkOwn(item, [...path, String(index)], own));
  };
  return { item, remedy, check };
}

/** Exactly three distinct items. */
export function three<T>(item: Schema<T>, remedy: string): Schema<readonly [T, T, T]> & { readonly item: Schema<T> } {
  const any = list(item, remedy);
  const check = (path: Path, value: unknown) => {
    const flaws = any.check(path, value);
    if (!Array.isArray(value) || flaws.length > 0) return flaws;
    return value.length === 3 && new Set(value).size === 3
      ? []
      : [{ path, problem: problem(dotted(path), value, remedy) }];
  };
  return { item, remedy, check };
}

type Entries = Readonly<Record<string, Schema<unknown>>>;
type OptionalKeys<E> = { [K in keyof E]: E[K] extends Optional<unknown> ? K : never }[keyof E];
type FieldsOf<E> = Flat<
  { readonly [K in keyof E as K extends OptionalKeys<E> ? never : K]: Of<E[K]> } & {
    readonly [K in keyof E as K extends OptionalKeys<E> ? K : never]?: Of<E[K]>;
  }
>;
/** Flattens an intersection into one object type, which editors show better. */
type Flat<T> = { readonly [K in keyof T]: T[K] };

export interface Fields<E> extends Schema<FieldsOf<E>> {
  readonly entries: E;
}

/** An object with these fields and no others. */
export function fields<E extends Entries>(entries: E): Fields<E> {
  const known = Object.keys(entries);
  const remedy = `write an object with ${known.join(", ")}`;
  const check = (path: Path, value: unknown) =>
    isObject(value)
      ? [
          ...Object.entries(entries).flatMap(([name, schema]) => checkField(schema, [...path, name], value, name)),
          ...Object.keys(value).flatMap((name) =>
            Object.hasOwn(entries, name) ? [] : [unknownField([...path, name], value[name], known)],
          ),
        ]
      : [mistyped(path, value, "an object", remedy)];
  return { entries, remedy, check };
}

interface NamedOptions<K> {
  readonly remedy: string;
  readonly isName?: (name: string) => boolean;
  readonly nameRemedy?: string;
  /** Names that must exist. */
  readonly required?: readonly K[];
}

/** An object with names as keys and values of one schema. */
export function named<T, const K extends string = never>(
  item: Schema<T>,
  { remedy, nameRemedy = remedy, isName = () => true, required = [] }: NamedOptions<K>,
): Schema<Readonly<Record<string, T>> & { readonly [Key in K]: T }> & { readonly item: Schema<T> } {
  const check = (path: Path, value: unknown): Flaw[] =>
    isObject(value)
      ? [
          ...required.filter((name) => !Object.hasOwn(value, name)).map((name) => missing([...path, name], remedy)),
          ...Object.entries(value).flatMap(([name, own]) => {
            const at = [...path, name];
            return [
              ...(isName(name) ? [] : [{ path: at, problem: problem(dotted(at), name, nameRemedy) }]),
              ...checkOwn(item, at, own),
            ];
          }),
        ]
      : [mistyped(path, value, "an object", remedy)];
  return { item, remedy, check };
}

/** One of two schemas, chosen by the shape of the value. */
export function either<A, B>(first: Schema<A>, second: Schema<B>, isFirst: (value: unknown) => boolean) {
  const chosen = (value: unknown): Schema<A> | Schema<B> => (isFirst(value) ? first : second);
  const check = (path: Path, value: unknown) => chosen(value).check(path, value);
  return { chosen, remedy: second.remedy, check } as Schema<A | B> & { readonly chosen: typeof chosen };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NOUNS = { number: "a number", string: "text" } as const;

/** Checks a scalar: first its type, then `remedyOf` ("" means it is fine). */
function leaf<T extends number | string>(type: keyof typeof NOUNS, remedy: string, remedyOf: (value: T) => string) {
  return (path: Path, value: unknown): Flaw[] => {
    if (typeof value !== type) return [mistyped(path, value, NOUNS[type], remedy)];
    const wrong = remedyOf(value as T);
    return wrong ? [{ path, problem: problem(dotted(path), value, wrong) }] : [];
  };
}

function checkField(schema: Schema<unknown>, path: Path, holder: Readonly<Record<string, unknown>>, name: string) {
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  return value === undefined && "isOptional" in schema ? [] : checkOwn(schema, path, value);
}

function checkOwn(schema: Schema<unknown>, path: Path, value: unknown): Flaw[] {
  return value === undefined ? [missing(path, schema.remedy)] : schema.check(path, value);
}

function missing(path: Path, remedy: string): Flaw {
  return { path, problem: `${dotted(path)}: is missing: ${remedy}` };
}

function mistyped(path: Path, value: unknown, noun: string, remedy: string): Flaw {
  return { path, problem: problem(dotted(path), value, `it is ${nounOf(value)}, not ${noun}: ${remedy}`) };
}

function unknownField(path: Path, value: unknown, known: readonly string[]): Flaw {
  const close = closestNames(path.at(-1) ?? "", known);
  const remedy =
    close.length > 0 ? `did you mean ${close.join(" or ")}?` : `remove it, or use one of ${known.join(", ")}`;
  return { path, problem: problem(dotted(path), value, `no such field: ${remedy}`) };
}

function nounOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}

function dotted(path: Path): string {
  return path.join(".") || "topology";
}

function range(least: number, most: number): string {
  // Not toLocaleString: its locales take 20 ms to load.
  const written = (number: number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  return most === Number.MAX_SAFE_INTEGER ? `${written(least)} or more` : `${written(least)} to ${written(most)}`;
}
