/** Texts on which a careless masking expression in the review would take quadratic time. */
const HOSTILE = [
  "a".repeat(200_000),
  "-----BEGIN PRIVATE KEY-----\n".repeat(5000),
  "password_".repeat(20_000),
  "a:".repeat(100_000),
  "secret: |\n  x\n\n".repeat(10_000),
];

/**
 * `terraform show -json` with this many updates, each with a rendered text of 250 lines of which five differ. Of releases,
 * whose text is shown without a verdict: verdicts are never cut, and so many would be more than a comment takes.
 */
export function planOfUpdates(count: number): string {
  const text = (edit: string) =>
    Array.from({ length: 250 }, (_, line) => `    line ${line} ${line % 50 ? "" : edit}`).join("\n");
  return planOf(Array.from({ length: count }, (_, index) => [text(`old ${index}`), text(`new ${index}`)]));
}

/** One update per hostile text. */
export function planOfHostileTexts(): string {
  return planOf(HOSTILE.map((text) => [text, `${text}.`]));
}

function planOf(texts: readonly (readonly string[])[]): string {
  const resource_changes = texts.map(([before, after], index) => {
    const name = `countries_india_thing-${index}`;
    const side = (config: string | undefined) => ({ name, labels: { country: "india" }, metadata: { config } });
    const change = { actions: ["update"], before: side(before), after: side(after) };
    return {
      address: `helm_release.${name}`,
      mode: "managed",
      type: "helm_release",
      name,
      change,
    };
  });
  return JSON.stringify({ format_version: "1.2", terraform_version: "1.11.4", resource_changes });
}
