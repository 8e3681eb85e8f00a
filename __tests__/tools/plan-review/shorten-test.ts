import * as fc from "fast-check";
import { renderReview } from "../../../tools/plan-review/report";
import { MAX_CHARACTERS, shorten } from "../../../tools/plan-review/shorten";
import { changeOf, planOf, reviewed } from "./plans";

const text = fc.string({ minLength: 0, maxLength: 3000, unit: fc.constantFrom("a", "`", "\n", "é", "<") });
const block = fc.record({
  summary: fc.string({ maxLength: 30 }),
  lines: fc.array(text, { minLength: 1, maxLength: 30 }),
  language: fc.constant("diff"),
});

test("whatever is folded, the verdicts are whole and the rest fits", () => {
  void fc.assert(
    fc.property(
      text,
      fc.array(block, { maxLength: 20 }),
      fc.integer({ min: 500, max: 20_000 }),
      (whole, blocks, limit) => {
        const written = shorten(whole, blocks, "footer", limit);
        expect(written.startsWith(whole)).toBe(true);
        expect(written.trimEnd().endsWith("footer")).toBe(true);
        expect(written.length).toBeLessThanOrEqual(Math.max(limit, whole.length + 220));
        expect(written.match(/<details>/g)?.length).toBe(written.match(/<\/details>/g)?.length);
      },
    ),
    { numRuns: 200 },
  );
});

test("no refusal is lost among thousands of changes and long texts", () => {
  const kinds = fc.constantFrom<readonly string[]>(["delete"], ["create"], ["update"], ["delete", "create"]);
  const types = fc.constantFrom(
    "google_storage_bucket",
    "google_compute_address",
    "google_compute_disk",
    "google_compute_router",
  );
  const lines = Array.from({ length: 400 }, (_, line) => `line ${line}`);
  const texts = { before: { text: lines.join("\n") }, after: { text: [...lines].reverse().join("\n") } };
  void fc.assert(
    fc.property(fc.array(fc.tuple(types, kinds), { maxLength: 300 }), (drawn) => {
      const changes = drawn.map(([type, actions], index) => changeOf(`${type}.thing_${index}`, actions, texts));
      const review = reviewed([planOf("network", changes)]);
      const markdown = renderReview(review);
      const lost = drawn
        .map(([type, actions], index) => ({ address: `${type}.thing_${index}`, type, actions }))
        .filter(
          ({ type, actions }) =>
            type !== "google_compute_router" && (actions.includes("delete") || isUpdatedAddress(type, actions)),
        )
        .filter(({ address }) => !markdown.includes(`  - network \`${address}\``));
      expect(lost).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

function isUpdatedAddress(type: string, actions: readonly string[]): boolean {
  return type === "google_compute_address" && actions[0] === "update";
}

test("a long review says what it leaves out", () => {
  const changes = Array.from({ length: 30 }, (_, index) =>
    changeOf(`google_x.thing_${index}`, ["update"], {
      before: { [`text_${index}`]: Array.from({ length: 900 }, (_, line) => `old ${index} ${line}`).join("\n") },
      after: { [`text_${index}`]: Array.from({ length: 900 }, (_, line) => `new ${index} ${line}`).join("\n") },
    }),
  );
  const markdown = renderReview(reviewed([planOf("network", changes)]));
  expect(markdown.length).toBeLessThanOrEqual(MAX_CHARACTERS);
  expect(markdown).toMatch(/\.\.\. \d+ more lines are left out/);
  expect(markdown).toMatch(/\d+ more changed texts are not compared/);
});

test("5,000 changes fit into a comment", () => {
  const config = (edit: string) =>
    Array.from({ length: 250 }, (_, line) => `    line ${line} ${line % 50 ? "" : edit}`).join("\n");
  const changes = Array.from({ length: 5000 }, (_, index) =>
    changeOf(`terraform_data.countries_india_thing-${index}_${index}`, ["update"], {
      before: { input: config(`old ${index}`) },
      after: { input: config(`new ${index}`) },
    }),
  );
  const markdown = renderReview(reviewed([planOf("network", changes)]));
  expect(markdown.length).toBeLessThanOrEqual(MAX_CHARACTERS);
});
