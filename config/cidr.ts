/** An IPv4 range as its first and last address, both as unsigned 32-bit numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The number behind a dotted IPv4 address, or undefined if it isn't one. */
export function addressNumber(address: string): number | undefined {
  const octets = address.split(".").map((octet) => (/^(0|[1-9]\d{0,2})$/.test(octet) ? Number(octet) : 256));
  if (octets.length !== 4 || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((number, octet) => number * 256 + octet, 0);
}

/** The range of a CIDR block, or why it is invalid. Host bits are refused, as Google's API does. */
export function parseCidr(cidr: string): Range | string {
  const [address = "", prefix = "", ...rest] = cidr.split("/");
  const number = addressNumber(address);
  const bits = /^(0|[1-9]\d?)$/.test(prefix) ? Number(prefix) : 33;
  if (number === undefined || bits > 32 || rest.length > 0) {
    return `"${cidr}" is not an IPv4 range: write it as 10.0.0.0/16`;
  }
  const size = 2 ** (32 - bits);
  if (number % size !== 0) {
    return `"${cidr}" has host bits set: the range of this size that holds it starts at ${dotted(number - (number % size))}`;
  }
  return { first: number, last: number + size - 1 };
}

/** The range of a valid CIDR block. @throws Error with the reason when it is invalid */
export function rangeOf(cidr: string): Range {
  const range = parseCidr(cidr);
  if (typeof range === "string") throw new Error(range);
  return range;
}

/** The range of all addresses that share their first `bits` bits with the first address of a range. */
export function blockAround({ first }: Range, bits: number): Range {
  const size = 2 ** (32 - bits);
  const start = first - (first % size);
  return { first: start, last: start + size - 1 };
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The dotted address of a number. */
export function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
