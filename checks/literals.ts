import { type IResolvable, Token } from "cdktf";

/** A list as written; empty when it is a token, whose content is unknown at synth. */
export function literalList<T>(list: readonly T[] | IResolvable | undefined): readonly T[] {
  return Array.isArray(list) && !Token.isUnresolved(list) ? list : [];
}

/** A value as written; undefined when it is a token. */
export function literalValue<T>(value: T | IResolvable | undefined): T | undefined {
  return value === undefined || Token.isUnresolved(value) ? undefined : (value as T);
}

/** The literal items of a list, without tokens. */
export function literalItems<T>(items: readonly T[]): T[] {
  return items.filter((item) => !Token.isUnresolved(item));
}

/** Whether one number is above another; false when either is a token, which reads as a huge negative number. */
export function isAbove(a: number, b: number): boolean {
  return !Token.isUnresolved(a) && !Token.isUnresolved(b) && a > b;
}

/** Values that occur more than once in a list, each once. */
export function repeats<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
