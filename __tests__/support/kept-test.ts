import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forget, identityOf, kept } from "./kept";

const HOUR_MS = 3_600_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kept-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As if it had been made so long ago. */
function age(name: string, milliseconds: number): void {
  const then = new Date(Date.now() - milliseconds);
  utimesSync(join(folder, name), then, then);
}

test("what a run in progress synthesized stays when the sources change under it, and goes an hour later", () => {
  for (const name of ["own", "of-a-run-in-progress", "of-yesterday"]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "estate"), "");
  }
  age("own", 2 * HOUR_MS);
  age("of-a-run-in-progress", HOUR_MS - 60_000);
  age("of-yesterday", HOUR_MS + 60_000);
  forget(folder, HOUR_MS, "own");
  expect(readdirSync(folder).sort()).toEqual(["of-a-run-in-progress", "own"]);
  expect(existsSync(join(folder, "of-a-run-in-progress", "estate"))).toBe(true);
});

test("where nothing was kept yet, nothing is thrown away", () => {
  forget(join(folder, "missing"), HOUR_MS);
});

test("an answer is made once, and anew for every other input", async () => {
  let made = 0;
  const ask = (...input: readonly string[]) => kept(folder, input, async () => `answer ${++made}`);
  expect([await ask("rules", "series"), await ask("rules", "series")]).toEqual(["answer 1", "answer 1"]);
  expect(await ask("rules", "other series")).toBe("answer 2");
  // The same letters, divided otherwise.
  expect(await ask("rulesseries")).toBe("answer 3");
  expect(readdirSync(folder)).toHaveLength(3);
});

test("an answer that is used does not age", async () => {
  await kept(folder, ["question"], async () => "answer");
  const [name = ""] = readdirSync(folder);
  age(name, 2 * HOUR_MS);
  await kept(folder, ["question"], async () => "another");
  forget(folder, HOUR_MS);
  expect(readdirSync(folder)).toEqual([name]);
});

test("what fails leaves no answer", async () => {
  const fail = async () => {
    throw new Error("ended from outside");
  };
  await expect(kept(folder, ["question"], fail)).rejects.toThrow("ended from outside");
  expect(await kept(folder, ["question"], async () => "answer")).toBe("answer");
});

test("another version of a program is another one", () => {
  const program = join(folder, "program");
  writeFileSync(program, "one");
  const before = identityOf(program);
  writeFileSync(program, "three");
  expect(identityOf(program)).not.toBe(before);
});
