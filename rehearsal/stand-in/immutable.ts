import type { Cloud, Json, Stored } from "./cloud";
import type { Schema } from "./descriptions";
import { withWholeReferences } from "./references";
import { Refusal } from "./refusal";

/** How Google's descriptions say that a field keeps its first value. */
const SAYS_IMMUTABLE =
  /\bimmutable\b|cannot be (changed|updated|modified)|can ?not (change|update) this|(set|specified|provided) only (at|during|when)[^.]*creat|only be (set|specified|provided) (at|during|when)[^.]*creat|only at resource creation|\bat creation time\b/i;

/**
 * What the API's description calls immutable is.
 *
 * @throws Refusal that names every such field whose value would change
 */
export function checkImmutable(cloud: Cloud, { path, body }: Stored, schema: Schema, wanted: Json): void {
  const changed = Object.entries(wanted).filter(
    ([key, value]) =>
      saysImmutable(schema.properties?.[key]) &&
      isGiven(value) &&
      body[key] !== undefined &&
      !isSame(withWholeReferences(cloud, value), withWholeReferences(cloud, body[key])),
  );
  if (changed.length === 0) return;
  const fields = changed.map(([key, value]) => `'${key}' to ${JSON.stringify(value)}`).join(", ");
  throw new Refusal(400, `Invalid value for field 'resource': immutable fields of '${path}' cannot change: ${fields}`);
}

/** What holds for one kind of a resource alone ("for INTERNAL_MANAGED forwarding rules") is not held to. */
const ONE_KIND = /\bfor [A-Z]+_[A-Z_]+ /;

function saysImmutable({ description = "" }: Schema = {}): boolean {
  const sentences = description.replace(/\s+/g, " ").split(/(?<=\.) /);
  return sentences.some((sentence) => SAYS_IMMUTABLE.test(sentence) && !ONE_KIND.test(sentence));
}

function isGiven(value: Json): boolean {
  return value !== null && value !== undefined && value !== "";
}

/** What is sent of an object may leave out what the server wrote into it. */
function isSame(sent: Json, held: Json): boolean {
  if (typeof sent !== "object" || sent === null) return String(sent) === String(held);
  if (typeof held !== "object" || held === null) return false;
  return Object.entries(sent).every(([key, value]) => !isGiven(value) || isSame(value, (held as Json)[key]));
}
