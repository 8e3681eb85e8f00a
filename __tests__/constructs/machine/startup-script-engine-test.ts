import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineRoot, machinePackages } from "../../../config/packages";
import { bootPorts } from "../../../config/ports";
import { startupScript } from "../../../constructs/machine/startup-script";
import { requireProgram } from "../../support/edge-machine";

const CONSTRUCTS = join(__dirname, "../../../constructs");
const LIBRARY = join(CONSTRUCTS, "machine/boot-lib.sh");
const MACHINES = ["edge", "database", "vpn"] as const;
const SOURCING = `. "$(dirname "\${BASH_SOURCE[0]}")/../machine/boot-lib.sh"\n`;

test("the library is clean bash", () => {
  expect(shellcheck(readFileSync(LIBRARY, "utf8"))).toBe("");
});

test.each(MACHINES)("%s gets one clean text that holds the library once and sources nothing", (machine) => {
  const text = startupScript(join(CONSTRUCTS, machine), machinePackages[machine], bootPorts[machine]);
  execFileSync("bash", ["-n"], { input: text });
  expect(shellcheck(text)).toBe("");
  expect(text).toMatch(/^#!\/usr\/bin\/env bash\n/);
  expect(text).not.toMatch(/boot-lib|^\. |^source |shellcheck (source|shell)=/m);
  const found = functions(text);
  expect(found).toEqual([...new Set(found)]);
  expect(found).toEqual(expect.arrayContaining(functions(readFileSync(LIBRARY, "utf8"))));
});

test.each(MACHINES)("the boot script of %s stays as it is around the library", (machine) => {
  const [before = "", after = ""] = readFileSync(join(CONSTRUCTS, machine, "boot.sh"), "utf8").split(SOURCING);
  const text = startupScript(join(CONSTRUCTS, machine), machinePackages[machine], bootPorts[machine]);
  expect(text.startsWith(before.replace(/# shellcheck source=.*\n$/, ""))).toBe(true);
  expect(after.length > 0 && text.endsWith(after)).toBe(true);
});

test.each(["edge", "database"] as const)("what the boot script of %s installs is what the tests run", (machine) => {
  const text = startupScript(join(CONSTRUCTS, machine), machinePackages[machine], bootPorts[machine]);
  const installed = /^PACKAGES=\((.+)\)$/m.exec(text)?.[1]?.split(" ") ?? [];
  expect(text.match(/\bPACKAGES\b.*=/g)).toEqual([expect.stringMatching(/^PACKAGES=/)]);
  expect(installed).not.toEqual([]);
  expect(installed.filter((name) => !engineRoot.packages.includes(name))).toEqual([]);
  const query = ["--show", "--showformat", "${Package} ${db:Status-Status}\\n", ...installed];
  const here = execFileSync(requireProgram("dpkg-query"), query, { encoding: "utf8" }).trim().split("\n");
  expect(here.sort()).toEqual(installed.map((name) => `${name} installed`).sort());
});

test.each([
  ["never", "#!/usr/bin/env bash\nlog hello\n", 0],
  ["twice", `${SOURCING}${SOURCING}`, 2],
])("a boot script that sources the library %s is refused", (_, text, times) => {
  const folder = mkdtempSync(join(tmpdir(), "startup-script-"));
  writeFileSync(join(folder, "boot.sh"), text);
  expect(() => startupScript(folder, [], {})).toThrow(`sources boot-lib.sh ${times} times`);
  rmSync(folder, { recursive: true });
});

function shellcheck(text: string): string {
  return spawnSync(requireProgram("shellcheck"), ["--shell=bash", "-"], { input: text, encoding: "utf8" }).stdout;
}

function functions(text: string): string[] {
  return [...text.matchAll(/^(\w+)\(\) \{/gm)].map(([, name = ""]) => name);
}
