/** @throws Error that names what is known */
export function assertOneOf(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new Error(`${option} ${value} is unknown: use ${known.join(", ")}`);
}
