import { type IResolvable, Token } from "cdktf";

/** A list as it was written; empty when it is a token, which nobody can look into at synth. */
export function literalList<T>(list: readonly T[] | IResolvable | undefined): readonly T[] {
  return Array.isArray(list) && !Token.isUnresolved(list) ? list : [];
}

/** A value as it was written; undefined when it is a token. */
export function literalValue<T>(value: T | IResolvable | undefined): T | undefined {
  return value === undefined || Token.isUnresolved(value) ? undefined : (value as T);
}

/** The items of a list that were written out; those that are tokens are left out. */
export function literalItems<T>(items: readonly T[]): T[] {
  return items.filter((item) => !Token.isUnresolved(item));
}

/** Whether one number is above another; false when either is a token, which reads as a huge negative number. */
export function isAbove(a: number, b: number): boolean {
  return !Token.isUnresolved(a) && !Token.isUnresolved(b) && a > b;
}

/** Values that stand in a list more than once, each once. */
export function repeats<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
