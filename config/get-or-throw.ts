/** The value of a key that must exist. @throws Error that names the key and the known ones */
export function getOrThrow<T>(record: Readonly<Record<string, T>>, key: string): T {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  if (value === undefined) throw new Error(`"${key}" does not exist: known keys are ${Object.keys(record).join(", ")}`);
  return value;
}
