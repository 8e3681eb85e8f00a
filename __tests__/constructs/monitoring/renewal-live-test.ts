import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hosts, names } from "../../../config/names";
import type { RenewalSettings } from "../../../constructs/monitoring/renewal/renewal-settings";
import { renderCertificateRenewalValues } from "../../../constructs/monitoring/values/certificate-renewal";
import { goProgram, LEGO, PEBBLE } from "../../../tools/engines/go-programs";
import { SynthesizedEstate } from "../../../tools/synthesized/estate";
import { Acme, type DnsRecord } from "../../support/acme";
import { config, EdgeMachine, HOSTS, requireProgram } from "../../support/edge-machine";
import { synthesize } from "../../support/synth";
import { changed } from "../../support/topologies";
import { containersIn, type TestContainer } from "./renewal-containers";

// The steps of the CronJob as they are in its values, one after another as a kubelet runs them, against a real ACME server.

const PROJECT = "shop";
const [DOMAIN = ""] = HOSTS;
const SECRET = "edge-certificate";
const programs = [LEGO, PEBBLE].map((one) => goProgram(process.env, one));
const missing = programs.filter((path) => !existsSync(path));
if (missing.length > 0) process.stderr.write(`NOT TESTED: no ${missing.join(", ")}: run npm run engines\n`);

const settings: RenewalSettings = {
  site: "indonesia",
  project: PROJECT,
  hosts: HOSTS,
  directory: "of the test",
  contact: "oncall@shop.test",
  zone: names.challengeZone,
  edges: [],
  hour: 0,
  legoImage: "lego",
  curlImage: "curl",
};

/** The records that send the CA to the challenges' zone, as they are deployed. */
const references = new SynthesizedEstate(synthesize(changed({ domain: DOMAIN })).stacks)
  .ofType("google_dns_record_set")
  .map(({ attributes }) => attributes as unknown as DnsRecord)
  .filter(({ type }) => type === "CNAME")
  .map(({ name, type, ttl, rrdatas }) => ({ name, type, ttl, rrdatas }));

test("shellcheck has nothing to say about the steps", () => {
  for (const { name, command } of containersIn(renderCertificateRenewalValues(settings))) {
    const options = ["--shell=sh", "-"];
    const { stdout } = spawnSync(requireProgram("shellcheck"), options, { input: command.at(-1), encoding: "utf8" });
    expect([name, stdout]).toEqual([name, ""]);
  }
});

(missing.length > 0 ? describe.skip : describe)("a certificate that renews itself", () => {
  let folder: string;
  let acme: Acme;
  let machine: EdgeMachine;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "renewal-"));
    machine = await EdgeMachine.create();
    acme = await Acme.start(join(folder, "acme"), PROJECT);
    acme.zone("shop", `${DOMAIN}.`, references);
    acme.zone(names.challengeZone, `${hosts.challengeZone(DOMAIN)}.`);
    machine.putConfig(config("one"));
    writeFileSync(join(folder, "trusted.pem"), acme.root);
  });

  afterEach(async () => {
    await acme?.stop();
    await machine?.remove();
    rmSync(folder, { recursive: true });
  });

  const sync = () => machine.sync({ SSL_CERT_FILE: join(folder, "trusted.pem") });
  const versions = () => machine.cloud.secrets.get(`projects/${PROJECT}/secrets/${SECRET}`) ?? [];
  const edge = () => `indonesia 127.0.0.1:${machine.ports.shop} ${SECRET}`;

  /** An edge that serves a certificate put there by hand, which clients trust, so many days old and young. */
  async function servedByHand(days: { readonly old: number; readonly left: number }): Promise<string> {
    const day = (offset: number) =>
      new Date(Date.now() + offset * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "");
    const pem = machine.makeCertificate(HOSTS, ["-not_before", day(-days.old), "-not_after", day(days.left)]);
    writeFileSync(join(folder, "trusted.pem"), acme.root + pem.replace(/-----BEGIN PRIVATE[\s\S]*/, ""));
    machine.putCertificate(pem);
    expect(await sync()).toMatchObject({ code: 0 });
    return (await machine.request()).fingerprint;
  }

  /** One run of the job: the step that failed, if any, and what all said. */
  async function renew(edges = edge()): Promise<{ failed: string | undefined; log: string }> {
    const work = join(folder, "work");
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    let log = "";
    for (const step of containersIn(renderCertificateRenewalValues(settings))) {
      const { code, words } = await run(step, work, {
        find: { EDGES: edges },
        order: acme.clientEnvironment(machine.cloud.metadataUrl),
        store: {
          SECRETS_URL: machine.cloud.secretsUrl,
          TOKEN_URL: `${machine.cloud.metadataUrl}/instance/service-accounts/default/token`,
        },
      });
      log += words;
      if (code !== 0) return { failed: step.name, log };
    }
    return { failed: undefined, log };
  }

  async function run(
    { name, command: [program = "", ...args], environment }: TestContainer,
    work: string,
    more: Readonly<Record<"find" | "order" | "store", Readonly<Record<string, string>>>>,
  ): Promise<{ code: number | null; words: string }> {
    const here = (text: string) => text.replaceAll("/work", work).replace("exec /lego ", `exec ${programs[0]} `);
    const own = name === "order" ? more.order : name === "store" ? more.store : more.find;
    const child = spawn(program, args.map(here), {
      env: {
        PATH: process.env.PATH,
        CURL_CA_BUNDLE: join(folder, "trusted.pem"),
        ...Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, here(value)])),
        ...own,
      },
    });
    let words = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (words += data));
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, words })));
  }

  test("is ordered for an edge that has none, and taken by it; then there is nothing to do", async () => {
    await sync();
    expect(machine.metrics()).toMatchObject({ edge_certificate_stand_in: 1 });
    const first = await renew();
    expect(first).toMatchObject({ failed: undefined, log: expect.stringContaining("indonesia: clients trust no") });
    expect(versions()).toHaveLength(1);
    expect(versions()[0]).toMatch(
      /^(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n+){2,}-----BEGIN .*KEY/,
    );
    expect(acme.texts).toEqual([]);
    expect(await sync()).toMatchObject({ code: 0 });
    expect(machine.metrics()).toMatchObject({ edge_certificate_stand_in: 0 });
    expect((await machine.request()).names.split(", ").sort()).toEqual(HOSTS.map((host) => `DNS:${host}`));
    const calls = acme.calls.length;
    expect(await renew()).toEqual({
      failed: undefined,
      log: expect.stringMatching(/^indonesia: (89|90) of (89|90) days are left\n$/),
    });
    expect(acme.calls).toHaveLength(calls);
    expect(versions()).toHaveLength(1);
  });

  test("replaces one of which a third is left, not one that has longer, and keeps three versions", async () => {
    const young = await servedByHand({ old: 59, left: 31 });
    expect(await renew()).toMatchObject({ failed: undefined });
    expect(versions()).toHaveLength(1);
    for (let more = 0; more < 3; more += 1) machine.putCertificate(versions()[0] ?? "");
    const old = await servedByHand({ old: 61, left: 29 });
    expect(old).not.toBe(young);
    expect(await renew()).toMatchObject({ failed: undefined });
    expect(versions().map((pem) => pem !== "")).toEqual([false, false, false, true, true, true]);
    expect(await sync()).toMatchObject({ code: 0 });
    expect((await machine.request()).fingerprint).not.toBe(old);
  });

  test("fails and says why when the CA does not see the answer: the last one stays", async () => {
    const served = await servedByHand({ old: 80, left: 10 });
    acme.showsTexts = false;
    expect(await renew()).toMatchObject({ failed: "order", log: expect.stringMatching(/urn:ietf:params:acme:error/) });
    expect(versions()).toHaveLength(1);
    expect(await sync()).toMatchObject({ code: 0 });
    expect((await machine.request()).fingerprint).toBe(served);
    acme.showsTexts = true;
    expect(await renew()).toMatchObject({ failed: undefined });
    expect(versions()).toHaveLength(2);
  });

  test("an edge that does not answer is told, and keeps no other country waiting", async () => {
    await servedByHand({ old: 80, left: 10 });
    const { failed, log } = await renew(`india 127.0.0.1:1 ${SECRET}\n${edge()}`);
    expect([failed, log]).toEqual(["store", expect.stringContaining("india: 127.0.0.1:1 does not answer (curl: 7)")]);
    expect(versions()).toHaveLength(2);
  });
});
