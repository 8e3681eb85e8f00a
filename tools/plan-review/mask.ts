import { isRecord } from "./plan-file";

/** What stands where a secret stood. */
export const MASK = "(sensitive)";

/** Names of values that are secret whatever the provider says; a name like `existingSecret` tells where one is kept. */
const SECRET_NAME =
  /(?=(?:pass(?:word|wd|phrase|code)?|pwd|psk|otp|secret|token|cookie|credentials?|salt|hmac|signature|jaas|dsn|connection[-_]?string|webhook(?:[-_]?ur[il])?|(?:^|[-_.])auth|(?:api|private|access|account|encryption|signing|hmac|shared|master|license|secret)[-_]?key(?:[-_]?(?:id|base))?|(?:secret|token|password)[-_]?(?:data|value|string))$)(?<!existing[-_]?\w*)/i;

/** Names of values that are a secret as often as the name of something, in snake case: `key`, `tls.key`, `raw_key`. */
const KEY_NAME = /^(?!.*(?:public|primary|foreign))(?:.*[-_.])?key(?:_?(?:base64|bytes|data|material|string|value))?$/;

/** Words of what people call things by, as in `key: topology.kubernetes.io/zone`; random characters are none. */
const PLAIN_WORD =
  /^(?:[a-z]{2,18}|[A-Z][a-z]{1,17}|[A-Z]{2,12}|[a-z]{2,12}(?:[A-Z][a-z]{1,12}){1,3}|v\d(?:(?:alpha|beta)\d)?|k8s)$/;
/** Such words as well, beside at least one of those. */
const NUMBERED_WORD = /^(?:[a-z]{2,12}\d{1,2}|\d{1,3}|[a-z])$/;

/** Values that name or compute a secret without being one, whole, or that say nothing. */
const REFERENCE =
  /^(?:\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|\$?[A-Z_]*\$[A-Z_]+|projects\/[^\s]+|(?:\/[a-z][\w.-]*){2,}|<[a-z][a-z -]*>|\(sensitive\)|(?:true|false|null)?\s*)$/;

/**
 * Well-known secret formats, some with what every text of the format holds and that is found much faster. Every pattern must
 * run in linear time: texts have tens of thousands of characters.
 */
const SHAPES: readonly (readonly [shape: RegExp, sign?: RegExp])[] = [
  [
    /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:(?:(?!-----)[\s\S])*-----END [A-Z ]{0,20}PRIVATE KEY-----|[A-Za-z0-9+/=\s\\]*)/g,
  ],
  [/\bLS0tLS1CRUdJTi[A-Za-z0-9+/=]+/g], // "-----BEGIN" in base64
  // As the services document their tokens, with what comes before the part that is random.
  [
    /(?<![A-Za-z0-9])(?:gh[oprsu]_|github_pat_|gl(?:pat|dt|rt|cbt)-|gl(?:sa|c)_|hv[brs]\.|xox[abeoprs]-|xapp-|AIza|ya29\.|[rs]k_(?:live|test)_|sk-|npm_|pypi-|dckr_pat_|dapi|dop_v1_|figd_|gsk_|hf_|lin_api_|ntn_|ops_|shp(?:at|ca|pa|ss)_|SG\.|vc[acikpr]_)[A-Za-z0-9_.+/=-]{12,}/g,
  ],
  [/\bA(?:KIA|SIA|3T[A-Z0-9])[A-Z0-9]{16}\b/g], // Amazon
  [/\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}/g, /atlasv1/], // Terraform Cloud
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g], // JSON web token
  [/(?<=[a-z]:\/\/[^\s:/@]{0,80}:)[^\s/@]{1,200}(?=@)/g, /:\/\//], // password in a URL
  [/(?<=\b(?:Bearer|Basic) )[A-Za-z0-9._~+/=-]{8,}/g, /Bearer|Basic/],
  // Whoever knows the address may write to it.
  [
    /(?<=https:\/\/(?:hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks|[\w.-]{1,80}\.webhook\.office\.com|chat\.googleapis\.com|events\.pagerduty\.com)\/)[^\s"'<>]{4,}/g,
    /https:/,
  ],
  [/(?<=\b(?:mysql|mariadb)[\w-]{0,20}\b[^\n|;&]{0,200} -p)(?![-$"'\s])[^\s"']+/g, /mysql|mariadb/],
  [
    /(?<=\b(?:password|passphrase|cookie|secret) )(?=[^\s\d]{0,80}\d)[^\s,;.)]{6,}/gi,
    /(?:password|passphrase|cookie|secret) /i,
  ],
];

/** Too short for any of those, and no assignment. */
const SHORT_WORD = /^[\w./-]{0,14}$/;

/**
 * `name: value`, `name = "value"`, `"name": "value"`: the name, what is between, the value, which ends before the next
 * name of `{ a: 1, b: 2 }`. Bounded, so linear.
 */
const ASSIGNMENT =
  /(?<![\w.-])([\w.-]{1,80})(\\?["']?[ \t]*(?:=[ \t]*|:[ \t]*))(\$\([^)\n]*\)|"[^"\n]*"|'[^'\n]*'|\\"[^"\n]*\\"|(?<=:[ \t]+)[^\s"'{[|>#](?:(?!,[ \t]+[\w.-]{1,80}["']?:)[^\n])*|[^\s"',;}]+)/g;

/** `name: |` in YAML, and the deeper lines below it. */
const BLOCK = /^([ \t]*)([\w.-]{1,80})(:[ \t]*[|>][-+\d]*[ \t]*\n)((?:\1[ \t]+[^\n]*\n?|[ \t]*\n)+)/gm;

/** A text without what looks like a secret. */
export function maskText(text: string): string {
  if (SHORT_WORD.test(text)) return text;
  const shaped = SHAPES.reduce(
    (masked, [shape, sign]) => (sign && !sign.test(masked) ? masked : masked.replace(shape, MASK)),
    text,
  );
  if (!shaped.includes(":") && !shaped.includes("=")) return shaped;
  return shaped
    .replace(BLOCK, (whole, indent: string, name: string, between: string) =>
      isSecretName(name) || isKeyName(name) ? `${indent}${name}${between}${indent}  ${MASK}\n` : whole,
    )
    .replace(ASSIGNMENT, (whole, name: string, between: string, value: string) =>
      isSecret(name, value) ? `${name}${between}${MASK}` : whole,
    );
}

/**
 * A value as it may be shown: without what Terraform marks as sensitive, and without what looks like a secret.
 *
 * @param marks `true`, or the value's shape with `true` where it is sensitive
 */
export function maskValue(value: unknown, marks: unknown, name = ""): unknown {
  if (value === null || value === undefined || value === "") return value;
  if (marks === true) return MASK;
  if (typeof value === "string") return isSecret(name, value) ? MASK : maskText(value);
  if (typeof value === "number") return isSecret(name, String(value)) ? MASK : value;
  if (Array.isArray(value)) {
    return value.map((item, index) => maskValue(item, Array.isArray(marks) ? marks[index] : undefined, name));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(parts(value, marks).map((part) => [part.key, maskPart(part)]));
}

/**
 * A resource's attributes as they may be shown. What is long is masked when it is first read: of what a plan leaves as it is,
 * it never is, and masking takes most of the time that a review does.
 *
 * @param shown of the resource's other side
 * @param kept attributes that are shown as there
 */
export function maskAttributes(
  value: unknown,
  marks: unknown,
  shown: Readonly<Record<string, unknown>> = {},
  kept: ReadonlySet<string> = new Set(),
): Readonly<Record<string, unknown>> {
  if (!isRecord(value) || marks === true) return {};
  const masked: Record<string, unknown> = {};
  for (const part of parts(value, marks)) {
    let own: unknown;
    const get = () => (own ??= kept.has(part.key) ? shown[part.key] : maskPart(part));
    if (isShort(part.value)) masked[part.key] = maskPart(part);
    else Object.defineProperty(masked, part.key, { get, enumerable: true });
  }
  return masked;
}

function isShort(value: unknown): boolean {
  return typeof value === "string" ? value.length < 100 : typeof value !== "object" || value === null;
}

interface Part {
  readonly key: string;
  readonly value: unknown;
  readonly marks: unknown;
  /** What it is called, which may be said beside it. */
  readonly name: string;
}

function parts(value: Readonly<Record<string, unknown>>, marks: unknown): Part[] {
  // `{ name: "auth.password", value: "..." }`, as Helm's `set` has it.
  const holdsSecret = typeof value.name === "string" && isSecretName(value.name);
  return Object.entries(value).map(([key, item]) => ({
    key,
    value: item,
    marks: isRecord(marks) ? marks[key] : undefined,
    name: holdsSecret && key === "value" ? "secret" : key,
  }));
}

function maskPart({ value, marks, name }: Part): unknown {
  return maskValue(value, marks, name);
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

function isSecret(name: string, value: string): boolean {
  const isNamed = isSecretName(name);
  if (!isNamed && !isKeyName(name)) return false;
  const bare = value.replace(/^\\?["']|\\?["']$/g, "");
  return !REFERENCE.test(bare) && (isNamed || !isPlainName(bare.replace(/[\s,}\]]+$|\s+#.*$/g, "")));
}

function isKeyName(name: string): boolean {
  return /key/i.test(name) && KEY_NAME.test(name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase());
}

/** `asia-southeast2`, `app.kubernetes.io/name`, `pool-password`; not `hunter2`. */
function isPlainName(value: string): boolean {
  if (value.length > 80) return false;
  const words = value.split(/[-_./:]/).filter(Boolean);
  const others = words.filter((word) => !PLAIN_WORD.test(word));
  return /^\d{1,4}$/.test(value) || (others.length < words.length && others.every((word) => NUMBERED_WORD.test(word)));
}
