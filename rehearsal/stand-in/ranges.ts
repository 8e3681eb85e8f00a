import { addressNumber, dotted, overlap, parseCidr, type Range } from "../../config/cidr";
import { Refusal } from "./refusal";

/** @throws Refusal for a text that is not an IPv4 range */
export function rangeOf(cidr: string | undefined): Range {
  const range = parseCidr(cidr ?? "");
  if (typeof range === "string") throw new Refusal(400, `Invalid IPCidrRange: ${range}`);
  return range;
}

export function rangesOverlap(a: string, b: string): boolean {
  return overlap(rangeOf(a), rangeOf(b));
}

export function isInside(address: string, cidr: string): boolean {
  const { first, last } = rangeOf(cidr);
  const number = addressNumber(address) ?? -1;
  return number >= first && number <= last;
}

/** The address that lies `offset` above the start of a range. */
export function addressAt(cidr: string | undefined, offset: number): string {
  return dotted(rangeOf(cidr).first + offset);
}
