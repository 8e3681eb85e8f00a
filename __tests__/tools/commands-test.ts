import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "../../tools/cli";
import { COMMANDS, renderCommands, renderReadmeTable } from "../../tools/commands";
import { callCommand } from "../support/call-command";

const ROOT = join(__dirname, "../..");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** Programs of ours. */
const PROGRAMS = Object.entries(scripts).flatMap(([name, line]) => {
  const main = /^node --require \.\/tools\/typescript\.js (\S+\/main\.ts)$/.exec(line)?.[1];
  return main ? [{ name, main: join(ROOT, main) }] : [];
});
/** Each with the words before its options. */
const OURS = PROGRAMS.flatMap(({ name, main }) =>
  (name === "drill" ? [[], ["edge"], ["data"]] : [[]]).map((words) => ({
    name: [name, ...words].join(" "),
    run: (...args: readonly string[]) => callCommand(commandOf(main), ...words, ...args),
  })),
);
/** Those that read what was synthesized, with the options and operands that say where. */
const READERS: Readonly<Record<string, (folder: string) => string[]>> = {
  ...Object.fromEntries(
    ["validate", "charts", "reach", "diagram", "scan", "workspaces", "quotas", "cost", "drill edge", "drill data"].map(
      (name) => [name, (folder: string) => ["--synth", folder]],
    ),
  ),
  changed: (folder) => [folder, folder],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "commands-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a program exports beside being one. */
function commandOf(main: string): Command {
  const [command, ...others] = Object.values(require(main) as Record<string, Command>);
  if (!command || others.length > 0) throw new Error(`${main} should export its command alone`);
  return command;
}

function widest(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}

test("every program has a folder with a main.ts of its own", () => {
  expect(OURS.length).toBeGreaterThan(15);
  for (const line of Object.values(scripts))
    expect(line).not.toMatch(/(?:tools|bench|drill|bootstrap)\/(?!\S*main\.ts)\S+\.ts/);
});

/** What every command does, whoever asks. */
const REFUSES = { status: 2, stdout: "", stderr: expect.stringMatching(/^npm run .*--nope.*--help\)\n$/) };

describe.each(OURS)("npm run $name", ({ name, run }) => {
  test("explains itself within 80 columns, without escape codes", async () => {
    const { status, stdout, stderr } = await run("--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`npm run ${name.split(" ")[0]}`);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain("\x1b");
  });

  test("answers an unknown option in one line that names it and --help, and exits with 2", async () => {
    expect(await run("--nope")).toEqual(REFUSES);
  });
});

// In an empty folder, so that nothing is read or written by accident.
test.each(PROGRAMS)("npm run $name starts it, wherever it is called", ({ main }) => {
  const call = ["--require", join(ROOT, "tools/typescript.js"), main, "--nope"];
  const { status, stdout, stderr } = spawnSync(process.execPath, call, { encoding: "utf8", cwd: folder });
  expect({ status, stdout, stderr }).toEqual(REFUSES);
  expect(readdirSync(folder)).toEqual([]);
});

test("every command that reads what was synthesized says so in one text when there is nothing", async () => {
  const readers = OURS.filter(({ name }) => READERS[name]);
  expect(readers.map(({ name }) => name).sort()).toEqual(Object.keys(READERS).sort());
  for (const { name, run } of readers) {
    const nowhere = join(folder, "nowhere");
    expect([name, await run(...(READERS[name]?.(nowhere) ?? []))]).toEqual([
      name,
      { status: 2, stdout: "", stderr: `nothing is synthesized in ${nowhere}: run npm run synth first\n` },
    ]);
  }
});

test("a closed pipe is no crash", () => {
  const line = '"$1" --require "$2" "$3" | true; echo "${PIPESTATUS[0]}"';
  const register = join(ROOT, "tools/typescript.js");
  const args = ["-c", line, "bash", process.execPath, register, join(ROOT, "tools/topology/main.ts")];
  expect(spawnSync("bash", args, { encoding: "utf8" })).toMatchObject({ stdout: "0\n", stderr: "" });
});

test("README, help and package.json tell of the same commands", () => {
  expect(readFileSync(join(ROOT, "help"), "utf8")).toBe(renderCommands());
  expect(readFileSync(join(ROOT, "README.md"), "utf8")).toContain(`${renderReadmeTable()}\n`);
  expect(widest(renderCommands())).toBeLessThanOrEqual(80);
  const told = COMMANDS.flatMap(({ calls }) =>
    calls.flatMap((call) => /^npm (?:run )?([\w:-]+)/.exec(call)?.[1] ?? []),
  );
  expect([...new Set(told)].sort()).toEqual(Object.keys(scripts).sort());
});
