/** The value behind a key that must be there. @throws Error that names the key and the known ones */
export function getOrThrow<T>(record: Readonly<Record<string, T>>, key: string): T {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  if (value === undefined) throw new Error(`"${key}" is not there: known are ${Object.keys(record).join(", ")}`);
  return value;
}
