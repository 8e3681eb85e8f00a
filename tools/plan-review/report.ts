import { changeLine } from "./change-line";
import { effectsOf } from "./effects";
import { type Finding, type PlacedChange, placeName } from "./finding";
import { code, plain } from "./markdown";
import type { Review, Verdict } from "./review";
import { MAX_CHARACTERS, type Optional, shorten } from "./shorten";
import { type TextDiff, textDiffs } from "./text-diff";

/** A review as Markdown: verdicts whole, then what changes, then what can be folded away or left out. */
export function renderReview(review: Review): string {
  const whole = [
    `# Plan review: ${title(review)}`,
    summary(review),
    ...(review.cost ? [plain(review.cost)] : []),
    ...verdicts("Refused", review.refused),
    ...(review.refused.length > 0
      ? [
          "Deliberate? Put the entries below into the exceptions file, each with its `reason` and the last day on which it holds, and have them reviewed: docs/decisions/0012-plan-review.md.",
        ]
      : []),
    ...allowed(review),
    ...exceptionProblems(review),
    ...verdicts("Warned", review.warned),
    "## What changes",
    whatChanges(review.changes),
  ].join("\n\n");
  const { diffs, uncompared } = textDiffs(review.changes, MAX_CHARACTERS);
  const footer = [
    ...(uncompared > 0 ? [`*${uncompared} more changed texts are not compared.*`] : []),
    `---\nStacks: ${review.stacks.join(", ")}. Written by \`npm run plan-review\`.`,
  ];
  const blocks = [...exceptionBlocks(review.refused), ...diffs.map(diffBlock), ...listBlocks(review)];
  return shorten(whole, blocks, footer.join("\n\n"));
}

function title({ refused, warned, changes, outputs }: Review): string {
  if (refused.length > 0) return "REFUSED";
  if (warned.length > 0) return "warned";
  return changes.length + outputs.length > 0 ? "nothing to object to" : "nothing changes";
}

function summary({ refused, warned, allowed, changes, stacks, environment }: Review): string {
  const count = (all: readonly Verdict[]) => all.reduce((sum, { findings }) => sum + findings.length, 0);
  const verdict = [
    `${count(refused)} refused`,
    ...(allowed.length > 0 ? [`${allowed.length} allowed by exception`] : []),
    `${count(warned)} warned of`,
  ].join(", ");
  return `${verdict}. ${stacks.length} ${stacks.length === 1 ? "stack" : "stacks"}${environment ? ` of ${plain(environment)}` : ""}: ${kindCounts(changes)}.`;
}

function kindCounts(changes: readonly PlacedChange[]): string {
  const counts = Object.entries(DONE).map(([kind, done]) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count > 0 ? `${count} ${done}` : "";
  });
  return counts.filter(Boolean).join(", ") || "no change";
}

const DONE: Readonly<Record<PlacedChange["kind"], string>> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  destroy: "destroyed",
  forget: "forgotten",
  none: "untouched",
};

function verdicts(heading: string, all: readonly Verdict[]): string[] {
  if (all.length === 0) return [];
  const blocks = all.map(({ rule, findings }) =>
    [
      `### ${code(rule.name)}`,
      "",
      rule.says,
      "",
      ...findings.flatMap(findingLines),
      "",
      `How to proceed: ${rule.proceed}`,
    ].join("\n"),
  );
  return [`## ${heading}`, ...blocks];
}

function findingLines({ detail, subjects }: Finding): string[] {
  return [`- **${plain(detail)}**`, ...subjects.map(({ stack, address }) => `  - ${stack} ${code(address)}`)];
}

function allowed({ allowed }: Review): string[] {
  if (allowed.length === 0) return [];
  const lines = allowed.flatMap(({ rule, finding, by }) => [
    `- ${code(rule.name)} **${plain(finding.detail)}**`,
    ...by.map(
      ({ stack, address, expires, reason }) =>
        `  - ${stack} ${code(address)}: allowed until ${expires}, because ${plain(reason)}`,
    ),
  ]);
  return ["## Allowed by exception", lines.join("\n")];
}

function exceptionProblems({ exceptionProblems: problems }: Review): string[] {
  return problems.length === 0
    ? []
    : ["## Exceptions to look at", problems.map((problem) => `- ${plain(problem)}`).join("\n")];
}

function whatChanges(changes: readonly PlacedChange[]): string {
  const lines = [...byPlace(changes)].map(
    ([place, group]) => `- ${place}: ${plain(effectsOf(group).join("; "))} (${kindCounts(group)})`,
  );
  return lines.join("\n") || "Nothing.";
}

/** Entries that would allow what is refused; without reason and day they allow nothing yet. */
function exceptionBlocks(refused: readonly Verdict[]): Optional[] {
  const entries = refused.flatMap(({ rule, findings }) =>
    findings.flatMap(({ subjects }) =>
      subjects.map(({ stack, address }) =>
        [
          `- rule: ${rule.name}`,
          `  stack: ${stack}`,
          `  address: ${JSON.stringify(address)}`,
          '  reason: ""',
          '  expires: ""',
        ].join("\n"),
      ),
    ),
  );
  const lines = [...new Set(entries)].flatMap((entry) => entry.split("\n"));
  return lines.length === 0 ? [] : [{ summary: "Entries for the exceptions file", lines, language: "yaml" }];
}

function diffBlock({ title, places, lines }: TextDiff): Optional {
  return { summary: `${title}: ${places.join(", ")}`, lines, language: "diff" };
}

function listBlocks({ changes, drift, outputs }: Review): Optional[] {
  const lists = [
    ...[...byPlace(changes)].map(([place, group]) => ({
      summary: `Every change: ${place}`,
      lines: group.map(changeLine),
    })),
    {
      summary: "Changed outside Terraform",
      lines: drift.map((change) => `${placeName(change)}: ${changeLine(change)}`),
    },
    {
      summary: "Outputs, which other stacks read",
      lines: outputs.map(({ stack, name, actions }) => `${stack} ${name}: ${actions}`),
    },
  ];
  return lists.filter(({ lines }) => lines.length > 0).map((list) => ({ ...list, language: "text" }));
}

function byPlace(changes: readonly PlacedChange[]): Map<string, PlacedChange[]> {
  const groups = new Map<string, PlacedChange[]>();
  for (const change of changes) {
    const group = groups.get(placeName(change));
    if (group) group.push(change);
    else groups.set(placeName(change), [change]);
  }
  return groups;
}
