import { Tokenization } from "cdktf";

type Options = Parameters<typeof Tokenization.resolve>[1];

const resolveTokens = Tokenization.resolve;

/**
 * Returns what `Tokenization.resolve` does, which cdktf calls several times for everything, although nearly all of it is
 * literal: of that only undefined fields are left out. Tokens, and whatever is refused, are left to cdktf.
 */
export function resolveLiterals(value: unknown, options: Options): unknown {
  try {
    return resolved(value, options);
  } catch {
    // Its error names the path from here on.
    return resolveTokens(value, options);
  }
}

/** What is literal throughout is given back as it is. */
function resolved(value: unknown, options: Options): unknown {
  if (isLiteral(value)) return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "object" || isLiteral(item))) {
    const items = value.map((item) => resolved(item, options)).filter((item) => item !== undefined);
    return items.length === value.length && items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isRecord(value)) return resolveTokens(value, options);
  const copy: Record<string, unknown> = {};
  let isSame = true;
  for (const key of Object.keys(value)) {
    const field = resolved(value[key], options);
    if (field !== undefined) copy[key] = field;
    if (field === undefined || field !== value[key]) isSame = false;
  }
  return isSame ? value : copy;
}

function isLiteral(value: unknown): boolean {
  if (typeof value === "string") return !mayHoldToken(value);
  // Tokens that stand for numbers are huge; the one that stands for a map of them is negative.
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0;
  return value === undefined || value === null || typeof value === "boolean";
}

/** cdktf sets the prototype of what it makes of a field with that name. */
function isSpecial(key: string): boolean {
  return key === "__proto__" || mayHoldToken(key);
}

/**
 * A string or a list's element (`${TfToken[…`), a number within a string (`…e+289`), or the value of a map that is a token.
 * Long texts are searched six times as fast for what is short and begins with a rare character.
 */
function mayHoldToken(text: string): boolean {
  return text.includes("Token[") || text.includes("+28") || text.endsWith("Map Token Value");
}

/** An object that is neither a token nor a construct nor of any other class, with keys that can be copied as they are. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return !("resolve" in value) && !("_children" in value) && !Object.keys(value).some(isSpecial);
}
