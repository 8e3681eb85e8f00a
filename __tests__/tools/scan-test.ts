import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EXCEPTIONS } from "../../tools/scan/exceptions";
import { scan } from "../../tools/scan/main";
import { callWithPath } from "../support/call-command";

/** What checkov itself says is told by `npm run scan`; here stands what the tool makes of its answers. */
const STACKS = ["monitoring", "network", "region-india"];
const VERSION = "3.3.30";
const finding = (check_id: string, stack: string, id: string) => ({
  check_id,
  check_name: "Ensure it",
  file_path: `/${stack}/cdk.tf.json`,
  resource: `resource.${id}`,
});
/** One failure for each exception, and a passed check in each stack. */
const EXPLAINED = [
  finding("CKV_GCP_106", "network", "firewall_edge-from-everywhere_7FC49A41"),
  finding("CKV_GCP_84", "network", "countries_india_docker-hub_E0A48FB7"),
  finding("CKV_GCP_76", "network", "countries_india_network_subnet-edge_2D79147A"),
  finding("CKV_GCP_65", "region-india", "app-cluster_986944AA"),
  finding("CKV_GCP_62", "monitoring", "countries_india_archive_access-logs_CE3675EE"),
  finding("CKV_GCP_78", "monitoring", "countries_india_archive_logs_134C1AB2"),
  finding("CKV_K8S_43", "region-india", "platform_app_deployment_B7FD39C8"),
  finding("CKV_K8S_15", "region-india", "platform_app_deployment_B7FD39C8"),
];
const PASSED = STACKS.map((stack) => finding("CKV_GCP_2", stack, "x"));

const scratch = mkdtempSync(join(tmpdir(), "matchwatch-scan-test-"));
const out = join(scratch, "out");
const bin = join(scratch, "bin");
beforeAll(() => {
  mkdirSync(bin);
  for (const stack of STACKS) mkdirSync(join(out, "stacks", stack), { recursive: true });
});
afterAll(() => rmSync(scratch, { recursive: true }));

function ask(report: unknown, { version = VERSION, path = `${bin}:/usr/bin:/bin`, args = ["--synth", out] } = {}) {
  writeFileSync(join(scratch, "report.json"), JSON.stringify(report));
  const program = `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || cat ${scratch}/report.json\n`;
  writeFileSync(join(bin, "checkov"), program);
  chmodSync(join(bin, "checkov"), 0o755);
  return callWithPath(path, scan, ...args);
}

const report = (failed: unknown[], passed: unknown[] = PASSED, parsing_errors = 0) => ({
  results: { passed_checks: passed, failed_checks: failed },
  summary: { parsing_errors },
});

test("every exception has its reason in a sentence", () => {
  for (const { reason } of EXCEPTIONS) expect(reason.length).toBeGreaterThan(40);
});

test("counts checks by stack, and passes when every failure has a reason", async () => {
  const { status, stdout, stderr } = await ask(report(EXPLAINED));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "scanning 3 stacks ...\n" });
  expect(stdout).toMatch(/monitoring +1 +2\nnetwork +1 +3\nregion-india +1 +3\n/);
});

test("a failure without a reason is named", async () => {
  expect(await ask(report([...EXPLAINED, finding("CKV_GCP_3", "network", "firewall_ssh_1")]))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("CKV_GCP_3 network/firewall_ssh_1: Ensure it"),
  });
});

test("an exception is for its resource alone", async () => {
  expect(
    await ask(report([...EXPLAINED, finding("CKV_GCP_106", "network", "firewall_vpn-from-everywhere_1")])),
  ).toMatchObject({ status: 1, stderr: expect.stringContaining("CKV_GCP_106 network/firewall_vpn-from-everywhere_1") });
});

test("an exception that matches nothing any more is refused", async () => {
  expect(await ask(report(EXPLAINED.slice(1)))).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/CKV_GCP_106 .*the exception no longer matches a failure: remove it/),
  });
});

test("a stack that checkov skipped in silence is refused", async () => {
  const but = <T extends { file_path: string }>(all: T[]) => all.filter((each) => !each.file_path.includes("region"));
  expect(await ask(report(but(EXPLAINED), but(PASSED)))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("region-india: checkov skipped this stack"),
  });
});

test("a file that checkov cannot read is refused", async () => {
  expect(await ask(report(EXPLAINED, PASSED, 1))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("1 files could not be read"),
  });
});

test("says that it cannot tell without checkov, with another version, or without stacks, and what to do", async () => {
  expect(await ask(report([]), { path: dirname(process.execPath) })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`pipx install checkov==${VERSION}`),
  });
  expect(await ask(report([]), { version: "2.0.0" })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`checkov is 2.0.0, not ${VERSION}`),
  });
  expect(await ask(report([]), { args: ["--synth", scratch] })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("npm run synth"),
  });
});

test("explains itself and a wrong call", async () => {
  expect(await ask(report([]), { args: ["--help"] })).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("--synth"),
  });
  expect(await ask(report([]), { args: ["--fix"] })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("--fix"),
  });
});
