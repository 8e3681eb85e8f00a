import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { staging } from "../../config/staging";
import { stackFile } from "../../tools/synthesized/stacks";
import { synthesizeInto } from "../support/synth";
import { inNetwork, inRegion, type Mistake, permanentDifferences, type Resources, tooEarly } from "./mistakes";
import { whereProvider } from "./where-provider";

const ROOT = join(__dirname, "../..");
const FIRST = staging.firstDatabase;
const REGION = `region-${FIRST}`;

interface Rehearsed {
  readonly status: number | null;
  readonly output: string;
}

function rehearse(environment: NodeJS.ProcessEnv, ...args: string[]): Rehearsed {
  const command = ["--require", "./tools/typescript.js", join(ROOT, "rehearsal/main.ts"), "--environment", "staging"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
}

/** Plants mistakes into a stack, and rehearses the first deploy as far as that. @returns with each one's address */
function rehearseWith(stack: string, mistakes: readonly Mistake[]): Rehearsed & { readonly addresses: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "planted-mistakes-"));
  try {
    synthesizeInto(folder, staging);
    const file = stackFile(folder, stack);
    const json = JSON.parse(readFileSync(file, "utf8")) as { resource: Resources };
    const addresses = mistakes.map((mistake) => plant(json.resource, mistake));
    writeFileSync(file, JSON.stringify(json));
    const report = join(folder, "report.html");
    return { ...rehearse({}, "--synth", folder, "--until", "deploy", "--report", report), addresses };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function plant(resources: Resources, { resource: [type, part], plant }: Mistake): string {
  const [name = "", attributes = {}] = Object.entries(resources[type] ?? {}).find(([key]) => key.includes(part)) ?? [];
  plant(attributes);
  return `${type}.${name}`;
}

const empty = mkdtempSync(join(tmpdir(), "no-terraform-"));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

/** Terraform that finds no provider anywhere. */
function withoutProviders(): NodeJS.ProcessEnv {
  const file = join(empty, "terraformrc");
  writeFileSync(file, `provider_installation {\n  filesystem_mirror {\n    path = "${empty}"\n  }\n}\n`);
  return { TF_CLI_CONFIG_FILE: file };
}

/** A PATH that has OpenSSL, and no Terraform. */
function withoutTerraform(): NodeJS.ProcessEnv {
  const openssl = spawnSync("which", ["openssl"], { encoding: "utf8" }).stdout.trim();
  symlinkSync(openssl, join(empty, "openssl"));
  return { PATH: empty };
}

test.each([
  ["Terraform", withoutTerraform, "terraform is not on the PATH"],
  ["the provider", withoutProviders, "the providers could not be installed"],
] as const)("without %s it can not tell, and says what is missing", (_, environment, says) => {
  expect(rehearse(environment())).toMatchObject({ status: 2, output: expect.stringContaining(says) });
});

const region = (country: string) => ({ country, region: staging.countries[country]?.region ?? "" });
const other = Object.keys(staging.countries).find((country) => country !== FIRST) ?? "";
const names = { project: staging.project.id, own: region(FIRST), other: region(other) };

whereProvider.each([
  ["what Google refuses in network", "network", inNetwork],
  ["what Google refuses because it comes too early", "network", tooEarly],
  ["what Google refuses in a region", REGION, inRegion(names)],
  ["what Google answers in its own way", REGION, permanentDifferences],
] as const)("%s (where Terraform finds the google provider)", (_, stack, mistakes) => {
  let run: ReturnType<typeof rehearseWith>;
  beforeAll(() => {
    run = rehearseWith(stack, mistakes);
  });

  test("it fails", () => expect(run.status).toBe(1));

  test.each(mistakes.map(({ name }, index) => [name, index] as const))("names %s", (_, index) => {
    const lines = run.output.split("\n").filter((line) => line.includes(run.addresses[index] ?? ""));
    expect(lines.join("\n") || run.output).toMatch(mistakes[index]?.says ?? "");
  });
});
