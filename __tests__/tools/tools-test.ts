import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bench } from "../../bench/main";
import { planOfHostileTexts, planOfUpdates } from "../../bench/plans";
import { planReview } from "../../tools/plan-review/main";
import { left, renderTable, right } from "../../tools/table";
import { describeTopology } from "../../tools/topology/describe-topology";
import { topology } from "../../tools/topology/main";
import { validate } from "../../tools/validate/main";
import { callCommand, callWithPath } from "../support/call-command";
import { synthesizeInto } from "../support/synth";
import { threeCountries } from "../support/topologies";

test("a table lines up, numbers to the right", () => {
  expect(
    renderTable(
      [...left("name"), ...right("count")],
      [
        ["one", 1],
        ["seventeen", 17],
      ],
    ),
  ).toMatchInlineSnapshot(`
    "name       count
    ---------  -----
    one            1
    seventeen     17"
  `);
});

describe("a table that is too wide", () => {
  const columns = [...left("who", "says"), ...right("count")];

  test("breaks its widest column of words, never one of numbers", () => {
    expect(
      renderTable(columns, [["somebody", "a longer sentence than fits here", 1_000_000]], 36),
    ).toMatchInlineSnapshot(`
      "who       says                 count
      --------  -----------------  -------
      somebody  a longer sentence  1000000
                than fits here"
    `);
  });

  test("breaks words after their punctuation when spaces are not enough", () => {
    expect(renderTable(columns, [["some-body", "10.0.0.0/14,10.4.0.0/14", 1]], 26)).toMatchInlineSnapshot(`
      "who    says          count
      -----  ------------  -----
      some-  10.0.0.0/14,      1
      body   10.4.0.0/14"
    `);
  });

  test("stays too wide rather than break a word elsewhere", () => {
    expect(renderTable(columns, [["somebody", "unbreakable", 1]], 10)).toMatchInlineSnapshot(`
      "who       says         count
      --------  -----------  -----
      somebody  unbreakable      1"
    `);
  });
});

describe("npm run topology", () => {
  test("prints countries, failover order and address plan", () => {
    expect(describeTopology(threeCountries)).toMatchInlineSnapshot(`
      "production: jamtangan.com in project jamtangan-production

      country    region           zones  slot  edge               database  monitoring
      ---------  ---------------  -----  ----  -----------------  --------  ----------
      indonesia  asia-southeast2  a b c     0  3 x e2-standard-2  1 node    own site
      singapore  asia-southeast1  a b c     1  3 x e2-standard-2  1 node    own site
      india      asia-south1      a b c     2  3 x e2-standard-2  1 node    own site

      users of   arrive at                     served by, in order
      ---------  ----------------------------  -----------------------------
      indonesia  indonesia.edge.jamtangan.com  indonesia > india > singapore
      singapore  singapore.edge.jamtangan.com  singapore > india > indonesia
      india      india.edge.jamtangan.com      india > indonesia > singapore

      range                     indonesia      singapore      india
      ------------------------  -------------  -------------  --------------
      block                     10.0.0.0/14    10.4.0.0/14    10.8.0.0/14
      pods                      10.0.0.0/16    10.4.0.0/16    10.8.0.0/16
      services                  10.2.0.0/20    10.6.0.0/20    10.10.0.0/20
      nodes                     10.2.32.0/20   10.6.32.0/20   10.10.32.0/20
      control plane             10.2.67.0/28   10.6.67.0/28   10.10.67.0/28
      edge                      10.2.64.0/24   10.6.64.0/24   10.10.64.0/24
      data                      10.2.65.0/24   10.6.65.0/24   10.10.65.0/24
      vpn                       10.2.66.0/24   10.6.66.0/24   10.10.66.0/24
      monitoring pods           10.1.0.0/17    10.5.0.0/17    10.9.0.0/17
      monitoring services       10.2.16.0/20   10.6.16.0/20   10.10.16.0/20
      monitoring nodes          10.2.48.0/22   10.6.48.0/22   10.10.48.0/22
      monitoring control plane  10.2.67.16/28  10.6.67.16/28  10.10.67.16/28

      fixed address  subnet      name
      -------------  ----------  ----------------------------------------------
      10.2.47.10     nodes       ingress.indonesia.internal.jamtangan.com
      10.2.47.11     nodes       rabbitmq.indonesia.internal.jamtangan.com
      10.2.64.10     edge        database.indonesia.internal.jamtangan.com
      10.2.65.10     data        database-1.indonesia.internal.jamtangan.com
      10.2.66.10     vpn         vpn.indonesia.internal.jamtangan.com
      10.2.51.10     monitoring  prometheus.indonesia.internal.jamtangan.com
      10.2.51.11     monitoring  grafana.indonesia.internal.jamtangan.com
      10.2.51.12     monitoring  elasticsearch.indonesia.internal.jamtangan.com
      10.2.51.13     monitoring  kibana.indonesia.internal.jamtangan.com
      10.2.51.14     monitoring  prometheus-1.indonesia.internal.jamtangan.com
      10.2.51.15     monitoring  prometheus-2.indonesia.internal.jamtangan.com
      10.6.47.10     nodes       ingress.singapore.internal.jamtangan.com
      10.6.47.11     nodes       rabbitmq.singapore.internal.jamtangan.com
      10.6.64.10     edge        database.singapore.internal.jamtangan.com
      10.6.65.10     data        database-1.singapore.internal.jamtangan.com
      10.6.66.10     vpn         vpn.singapore.internal.jamtangan.com
      10.6.51.10     monitoring  prometheus.singapore.internal.jamtangan.com
      10.6.51.11     monitoring  grafana.singapore.internal.jamtangan.com
      10.6.51.12     monitoring  elasticsearch.singapore.internal.jamtangan.com
      10.6.51.13     monitoring  kibana.singapore.internal.jamtangan.com
      10.6.51.14     monitoring  prometheus-1.singapore.internal.jamtangan.com
      10.6.51.15     monitoring  prometheus-2.singapore.internal.jamtangan.com
      10.10.47.10    nodes       ingress.india.internal.jamtangan.com
      10.10.47.11    nodes       rabbitmq.india.internal.jamtangan.com
      10.10.64.10    edge        database.india.internal.jamtangan.com
      10.10.65.10    data        database-1.india.internal.jamtangan.com
      10.10.66.10    vpn         vpn.india.internal.jamtangan.com
      10.10.51.10    monitoring  prometheus.india.internal.jamtangan.com
      10.10.51.11    monitoring  grafana.india.internal.jamtangan.com
      10.10.51.12    monitoring  elasticsearch.india.internal.jamtangan.com
      10.10.51.13    monitoring  kibana.india.internal.jamtangan.com
      10.10.51.14    monitoring  prometheus-1.india.internal.jamtangan.com
      10.10.51.15    monitoring  prometheus-2.india.internal.jamtangan.com

      ingress of indonesia, singapore, india: ingress-nginx
        upstream ended in March 2026: no fixes since, not even for security.
        nginx-ingress is maintained, one word away: docs/decisions/0018-clusters.md

      cluster                   pool    machines       min  needs  most  lost  max
      ------------------------  ------  -------------  ---  -----  ----  ----  ---
      indonesia-app + 2         app     e2-standard-2    3      3    13    18   18
                                system  e2-standard-4    3      3     3     5    6
      indonesia-monitoring + 2  site    e2-highmem-4     3      3     3     3    6
      needs: the fewest nodes that fit every pod, in any order of arrival
      most:  with everything at its maximum and mid-rollout
      lost:  the same after losing a zone, whose nodes still count until it is back

      indonesia-app + 2, node by node at the minimum

      node of  zone               pods  thousandths of a vCPU                   MiB
      -------  -----------------  ----  ---------------------  --------------------
      app      asia-southeast2-a     4     826 of 1930 (43 %)   1244 of 6044 (21 %)
      app      asia-southeast2-b     4     826 of 1930 (43 %)   1244 of 6044 (21 %)
      app      asia-southeast2-c     4     826 of 1930 (43 %)   1244 of 6044 (21 %)
      system   asia-southeast2-a    10    1890 of 3920 (48 %)  3940 of 13212 (30 %)
      system   asia-southeast2-b    10    1890 of 3920 (48 %)  4068 of 13212 (31 %)
      system   asia-southeast2-c    12    2130 of 3920 (54 %)  5044 of 13212 (38 %)

      indonesia-monitoring + 2, node by node at the minimum

      node of  zone               pods  thousandths of a vCPU                    MiB
      -------  -----------------  ----  ---------------------  ---------------------
      site     asia-southeast2-a     8    2950 of 3920 (75 %)  12164 of 28203 (43 %)
      site     asia-southeast2-b     9    3060 of 3920 (78 %)  13732 of 28203 (49 %)
      site     asia-southeast2-c    16    2700 of 3920 (69 %)   9588 of 28203 (34 %)"
    `);
  });

  test("explains itself and a wrong call", async () => {
    expect(await callCommand(topology, "--help")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("--environment"),
    });
    expect(await callCommand(topology, "--environment", "prod")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("use production or staging"),
    });
  });
});

describe("npm run bench", () => {
  test("explains itself and a wrong call", async () => {
    expect(await callCommand(bench, "synth", "--help")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("--runs"),
    });
    expect(await callCommand(bench, "synth", "--runs", "0")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--runs 0"),
    });
  });

  // The review ends with 1 where it refuses, and a bench whose program fails has nothing to measure.
  test.each([
    ["updates", planOfUpdates(2)],
    ["hostile texts", planOfHostileTexts()],
  ])("measures plans that the review does not refuse: %s", async (_, plan) => {
    const folder = mkdtempSync(join(tmpdir(), "matchwatch-bench-test-"));
    const file = join(folder, "plan.json");
    writeFileSync(file, plan);
    const { status, stdout } = await callCommand(planReview, `region-india=${file}`);
    rmSync(folder, { recursive: true });
    expect([status, stdout]).toEqual([0, expect.stringContaining("thing-1")]);
  });
});

/** What Terraform itself says is checked by `npm run validate`; here stands what the tool makes of its answers. */
describe("npm run validate", () => {
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-validate-test-"));
  const outdir = join(scratch, "out");
  const bin = join(scratch, "bin");
  beforeAll(() => {
    mkdirSync(bin);
    synthesizeInto(outdir, threeCountries);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** A terraform whose init and validate answer as told. */
  const terraform = (init: string, validate: string) => {
    const script = `#!/bin/sh\ncase "$1" in\ninit) ${init} ;;\nvalidate) ${validate} ;;\nesac\n`;
    writeFileSync(join(bin, "terraform"), script);
    chmodSync(join(bin, "terraform"), 0o755);
    return `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`;
  };

  test("lists every stack as valid", async () => {
    const path = terraform("mkdir -p .terraform/providers", `echo '{"diagnostics":[]}'`);
    const { status, stdout } = await callWithPath(path, validate, "--synth", outdir);
    expect(stdout.match(/ valid$/gm)).toHaveLength(5);
    expect(status).toBe(0);
  });

  test("names the address and the reason of what is invalid, and exits with 1", async () => {
    const diagnostic = '{"summary":"Unsupported argument","detail":"No such thing","address":"google_dns_policy.x"}';
    const path = terraform("mkdir -p .terraform/providers", `echo '{"diagnostics":[${diagnostic}]}'; exit 1`);
    const { status, stderr, stdout } = await callWithPath(path, validate, "--synth", outdir);
    expect(stderr).toContain("network: google_dns_policy.x Unsupported argument: No such thing");
    expect(stdout).toContain("INVALID");
    expect(status).toBe(1);
  });

  test("says that it cannot tell without providers, Terraform or stacks, and exits with 2", async () => {
    const path = terraform("echo no route to the registry; exit 1", "exit 9");
    expect(await callWithPath(path, validate, "--synth", outdir)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/the providers could not be downloaded(.|\n)*no route to the registry/),
    });
    rmSync(join(bin, "terraform"));
    expect(await callWithPath(bin, validate, "--synth", outdir)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("terraform is not on the PATH"),
    });
    expect(await callCommand(validate, "--synth", join(scratch, "nothing"))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("npm run synth"),
    });
  });

  test("leaves the synthesized stacks as they were", async () => {
    const path = terraform("mkdir -p .terraform/providers && touch .terraform.lock.hcl", `echo '{"diagnostics":[]}'`);
    const files = () => readdirSync(outdir, { recursive: true }).sort();
    const before = files();
    await callWithPath(path, validate, "--synth", outdir);
    expect(files()).toEqual(before);
  });
});
