import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { production } from "../../config/production";
import { staging } from "../../config/staging";
import { stackFile } from "../../tools/synthesized/stacks";
import { resources, type StackJson, stackOf, synthesize } from "../support/synth";
import { changed, fourCountries, threeCountries, withCountry } from "../support/topologies";
import { writeEstate } from "../support/write-estate";

const estates = {
  production: synthesize(production),
  three: synthesize(threeCountries),
  staging: synthesize(staging),
  four: synthesize(fourCountries),
  reordered: synthesize(
    changed({
      "countries.indonesia.failover": ["singapore", "india"],
      "countries.singapore.failover": ["indonesia", "india"],
      "countries.india.failover": ["singapore", "indonesia"],
    }),
  ),
};

const STATEFUL = [
  "google_storage_bucket",
  "google_kms_crypto_key",
  "google_kms_key_ring",
  "google_container_cluster",
  "google_compute_network",
  "google_compute_disk",
  "google_compute_instance",
];

/** Resources of all stacks of all estates, each with where it stands. */
const everything = Object.entries(estates).flatMap(([estate, { stacks }]) =>
  Object.entries(stacks).flatMap(([stack, json]) =>
    resources(json).map((resource) => ({
      ...resource,
      where: `${estate}/${stack}/${resource.address}`,
    })),
  ),
);

describe("the estate", () => {
  test("is one network, a region per country and one monitoring", () => {
    expect(Object.keys(estates.three.stacks).sort()).toEqual([
      "monitoring",
      "network",
      "region-india",
      "region-indonesia",
      "region-singapore",
    ]);
  });

  test("synthesizes to the same bytes each time", () => {
    const outdir = mkdtempSync(join(tmpdir(), "matchwatch-test-"));
    writeEstate(outdir, threeCountries);
    const bytes = (stack: string) => readFileSync(stackFile(outdir, stack), "utf8");
    for (const [stack, text] of Object.entries(estates.three.text)) expect(bytes(stack)).toBe(text);
    rmSync(outdir, { recursive: true });
  });

  test("holds no path of the machine that synthesized it", () => {
    for (const text of Object.values(estates.three.text)) {
      expect(text).not.toContain(process.cwd());
      // Users and probes ask for these.
      expect(text).not.toMatch(/"path": "\/(?!"|healthz"|healthz\/edge")/);
    }
  });

  test("holds no token that went through string functions", () => {
    for (const text of Object.values(estates.three.text)) expect(text).not.toMatch(/TfToken\[|TFTOKEN\[/i);
  });

  test("reads no resource of another stack", () => {
    for (const [stack, json] of Object.entries(estates.three.stacks)) {
      const own = new Set(resources(json).map(({ address }) => address));
      const data = Object.entries(json.data ?? {}).flatMap(([type, byName]) =>
        Object.keys(byName).map((name) => `data.${type}.${name}`),
      );
      const text = estates.three.text[stack] ?? "";
      const used = [...text.matchAll(/\$\{((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)\./g)].map(
        ([, address]) => address as string,
      );
      const foreign = used.filter(
        (address) => !own.has(address) && !data.includes(address) && !/^(terraform|ephemeral)\./.test(address),
      );
      expect(foreign).toEqual([]);
    }
  });
});

describe("invariants", () => {
  test("only edge, VPN and NAT have an external address", () => {
    const external = everything
      .filter(({ type, attributes }) => type === "google_compute_address" && attributes.address_type !== "INTERNAL")
      .map(({ attributes }) => String(attributes.name).replace(/^[a-z]+-/, ""));
    expect([...new Set(external)].sort()).toEqual(["edge-public", "edge-public-ipv6", "nat-public", "vpn-public"]);
    const tagsOf = (words: RegExp) => {
      const machines = everything.filter(({ attributes }) => words.test(JSON.stringify(attributes)));
      return [...new Set(machines.map(({ attributes }) => String(attributes.tags)))];
    };
    expect(tagsOf(/"access_config"|"nat_ip"/)).toEqual(["vpn"]);
    expect(tagsOf(/"ipv6_access_config"/)).toEqual(["edge"]);
  });

  test("everything that takes labels is labelled with its environment", () => {
    const labelled = everything.filter(({ attributes }) =>
      ["labels", "resource_labels", "user_labels"].some((name) => name in attributes),
    );
    const types = [...new Set(labelled.map(({ type }) => type))].sort();
    expect(types).toEqual([
      "google_artifact_registry_repository",
      "google_compute_address",
      "google_compute_disk",
      "google_compute_forwarding_rule",
      "google_compute_instance",
      "google_compute_region_instance_template",
      "google_container_cluster",
      "google_dns_managed_zone",
      "google_gke_backup_backup_plan",
      "google_kms_crypto_key",
      "google_monitoring_alert_policy",
      "google_monitoring_notification_channel",
      "google_monitoring_uptime_check_config",
      "google_secret_manager_secret",
      "google_storage_bucket",
    ]);
    for (const { where, attributes } of everything.filter(({ type }) => types.includes(type))) {
      const labels = (attributes.user_labels ?? attributes.labels ?? attributes.resource_labels) as Record<
        string,
        string
      >;
      // These are filled from within a cluster, by an operator that writes to nothing without its label.
      const isHandedOut = /-elasticsearch-\w+$/.test(String(attributes.secret_id));
      expect({
        where,
        environment: labels?.environment,
        owner: labels?.["managed-by"],
      }).toEqual({
        where,
        environment: where.startsWith("staging") ? "staging" : "production",
        owner: isHandedOut ? "external-secrets" : "terraform",
      });
    }
  });

  test("nothing is open to everywhere but the edge's 80 and 443 and the VPN's own ports", () => {
    const open = everything
      .filter(({ type, attributes }) => type === "google_compute_firewall" && "allow" in attributes)
      .filter(({ attributes }) => JSON.stringify(attributes.source_ranges ?? []).includes("0.0.0.0/0"))
      .map(({ attributes }) => JSON.stringify({ to: attributes.target_tags, allow: attributes.allow }));
    expect([...new Set(open)].sort()).toEqual([
      '{"to":["edge"],"allow":[{"ports":["80","443"],"protocol":"tcp"}]}',
      '{"to":["vpn"],"allow":[{"ports":["1194","51820"],"protocol":"udp"}]}',
    ]);
  });

  test("no literal looks like a secret", () => {
    const suspicious =
      /-----BEGIN [A-Z ]*PRIVATE KEY|AIza[\w-]{30}|ya29\.|gh[pousr]_\w{30}|AKIA[A-Z0-9]{16}|"(password|secret_data|private_key)": "[^$]/i;
    for (const { where, attributes } of everything) {
      const { metadata, ...rest } = attributes;
      expect({
        where,
        secret: JSON.stringify(rest).match(suspicious)?.[0],
      }).toEqual({ where, secret: undefined });
      for (const [key, text] of Object.entries(metadata ?? {})) {
        expect({ where, key, secret: String(text).match(suspicious)?.[0] }).toEqual({
          where,
          key,
          secret: undefined,
        });
      }
    }
  });

  test("what holds data cannot be destroyed by a plan", () => {
    for (const { where, attributes } of everything.filter(({ type }) => STATEFUL.includes(type))) {
      expect({ where, lifecycle: attributes.lifecycle }).toMatchObject({
        where,
        lifecycle: { prevent_destroy: true },
      });
    }
  });

  test("no service account has a key, and none is owner or editor", () => {
    expect(everything.filter(({ type }) => type === "google_service_account_key")).toEqual([]);
    const strong = everything.filter(({ attributes }) => /owner|editor|admin/i.test(String(attributes.role)));
    // Of a zone that holds answers to a CA's challenges, and nothing else.
    expect(strong.filter(({ attributes }) => attributes.managed_zone !== "shop-challenges")).toEqual([]);
  });

  test("every output is described, none is sensitive, and a stack reads only outputs that are there", () => {
    const { stacks, text } = estates.three;
    for (const [stack, { output = {} }] of Object.entries(stacks)) {
      for (const [name, { description, sensitive }] of Object.entries(output)) {
        expect({
          stack,
          name,
          isDescribed: Boolean(description),
          sensitive,
        }).toEqual({ stack, name, isDescribed: true, sensitive: undefined });
        expect(name).not.toMatch(/cross-stack-output/);
      }
    }
    const offered = Object.keys(stackOf(estates.three, "network").output ?? {});
    for (const [stack, json] of Object.entries(text)) {
      const read = [...json.matchAll(/network-state\.outputs\.([\w-]+)/g)].map(([, name]) => name);
      expect({
        stack,
        missing: read.filter((name) => !offered.includes(name as string)),
      }).toEqual({ stack, missing: [] });
    }
  });
});

describe("staging", () => {
  test("has every stack of production and one country's worth of monitoring", () => {
    expect(Object.keys(estates.staging.stacks)).toEqual(Object.keys(estates.three.stacks));
    const sites = resources(stackOf(estates.staging, "network"), "google_compute_address")
      .map(({ attributes }) => attributes.name)
      .filter((name) => String(name).endsWith("-prometheus"));
    expect(sites).toEqual(["singapore-prometheus"]);
  });

  test("names its monitoring site in every country", () => {
    const records = resources(stackOf(estates.staging, "network"), "google_dns_record_set")
      .filter(({ attributes }) => String(attributes.name).startsWith("prometheus."))
      .map(({ attributes }) => [attributes.name, attributes.rrdatas]);
    expect(records).toEqual(
      ["india", "indonesia", "singapore"].map((country) => [
        `prometheus.${country}.internal.staging.jamtangan.com.`,
        ["10.6.51.10"],
      ]),
    );
  });
});

describe("a country's key", () => {
  const { japan } = fourCountries.countries;
  test.each(["vpc", "firewall", "zone", "network", "monitoring"])("may be %s", (key) => {
    const { stacks } = synthesize(withCountry(key, japan ?? {}));
    const shared = resources(stackOf({ stacks, text: {} }, "network"), "google_dns_managed_zone");
    expect(shared.map(({ attributes }) => attributes.labels)).toEqual([
      { environment: "production", "managed-by": "terraform" },
      { environment: "production", "managed-by": "terraform" },
      { environment: "production", "managed-by": "terraform" },
    ]);
  });
});

describe("a fourth country", () => {
  /** Every database node knows all the others, so a country that brings one is told to them. */
  const withoutMembers = (text = "") => text.replace(/"(database-environment|mariadb-cnf)": ".*"/g, "");
  /** The places that a database node has are shared by the edges of all countries. */
  const withoutShare = (text: string) => text.replace(/ maxconn \d+ observe/g, "");
  /** The ingress of the countries that it fails over to lets its edge in. */
  const withoutEdge = (estate: keyof typeof estates, country: string) => {
    const others = resources(stackOf(estates[estate], `region-${country}`)).filter(
      ({ address }) => !/_ingress_(release|controller)/.test(address),
    );
    return withoutShare(withoutMembers(JSON.stringify(others, undefined, 1)));
  };
  const literalAddresses = (stack: StackJson, without: string): Record<string, unknown> =>
    Object.fromEntries(
      resources(stack)
        .filter(
          ({ type, attributes }) =>
            ["google_compute_address", "google_compute_subnetwork"].includes(type) &&
            !String(attributes.name).startsWith(without),
        )
        .map(({ address, attributes }) => [address, attributes]),
    );

  test("has a region stack of the same shape", () => {
    const japan = stackOf(estates.four, "region-japan");
    expect(Object.keys(japan.resource)).toEqual(Object.keys(stackOf(estates.four, "region-india").resource));
    expect(Object.keys(estates.four.stacks)).toHaveLength(6);
  });

  test("leaves the other countries' stacks and addresses as they were", () => {
    for (const country of ["indonesia", "singapore", "india"]) {
      expect(withoutEdge("four", country)).toBe(withoutEdge("three", country));
    }
    expect(literalAddresses(stackOf(estates.four, "network"), "japan")).toEqual(
      literalAddresses(stackOf(estates.three, "network"), "japan"),
    );
  });

  test("is let in by the ingress of the countries that it fails over to", () => {
    const letsIn = (country: string) =>
      resources(stackOf(estates.four, `region-${country}`), "helm_release").some(
        ({ attributes }) => attributes.namespace === "ingress" && String(attributes.values).includes("10.14.64.0/24"),
      );
    expect(["indonesia", "singapore", "india", "japan"].filter(letsIn)).toEqual(["indonesia", "singapore", "japan"]);
  });

  test("gets its place in DNS, the firewall and the archives", () => {
    const network = stackOf(estates.four, "network");
    const [apex] = resources(network, "google_dns_record_set").filter(
      ({ attributes }) => attributes.name === "jamtangan.com." && attributes.type === "A",
    );
    expect(apex?.attributes.routing_policy).toMatchObject({
      geo: expect.arrayContaining([expect.objectContaining({ location: "asia-northeast1" })]),
    });
    expect(
      Object.keys(network.resource.google_compute_firewall ?? {}).some((name) =>
        name.includes("japan-ingress-from-edges"),
      ),
    ).toBe(true);
    expect(
      resources(stackOf(estates.four, "monitoring"), "google_storage_bucket").map(({ attributes }) => attributes.name),
    ).toContain("jamtangan-production-logs-japan");
  });
});

test.each(["four", "reordered"] as const)("nothing that holds data is moved in the estate that is %s", (estate) => {
  const held = (name: keyof typeof estates) =>
    everything
      .filter(
        ({ type, where }) =>
          where.startsWith(`${name}/`) && [...STATEFUL, "google_gke_backup_backup_plan"].includes(type),
      )
      // A machine's metadata names the others; it changes while the machine runs.
      .map(({ where, attributes: { metadata, ...rest } }) => [where.slice(name.length), rest] as const);
  const after = new Map(held(estate));
  for (const [address, attributes] of held("three"))
    expect({ address, ...after.get(address) }).toEqual({ address, ...attributes });
});

describe("a refused topology", () => {
  test("names every problem at once and writes nothing", () => {
    const outdir = mkdtempSync(join(tmpdir(), "matchwatch-test-"));
    const broken = {
      ...threeCountries,
      domain: "jamtangan",
      environment: "Production!",
    };
    expect(() => writeEstate(outdir, broken)).toThrowErrorMatchingInlineSnapshot(`
      "topology "Production!" is refused:
        - environment: "Production!" is refused: use 1 to 20 lower-case letters, digits and hyphens
        - domain: "jamtangan" is refused: use a DNS name of two or more labels without a trailing dot, such as jamtangan.com"
    `);
    expect(readdirSync(join(outdir, "stacks"))).toEqual([]);
    rmSync(outdir, { recursive: true });
  });
});

describe("every stack", () => {
  test("keeps its state in a file of its own on a relative path", () => {
    const backends = Object.entries(estates.three.stacks).map(([name, { terraform }]) => [name, terraform.backend]);
    expect(backends).toEqual(
      Object.keys(estates.three.stacks).map((name) => [
        name,
        { local: { path: `../../../state/production/${name}.tfstate` } },
      ]),
    );
  });

  test("has one Google provider, for the project", () => {
    for (const { provider } of Object.values(estates.three.stacks)) {
      expect(provider).toMatchObject({
        google: [{ project: "jamtangan-production" }],
      });
    }
  });
});
