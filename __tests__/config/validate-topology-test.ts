import { getOrThrow } from "../../config/get-or-throw";
import { staging } from "../../config/staging";
import { validateTopology } from "../../config/validate-topology";
import { changed, fourCountries, threeCountries, withCountry } from "../support/topologies";

const japan = getOrThrow(fourCountries.countries, "japan");
const indonesia = {
  ...getOrThrow(threeCountries.countries, "indonesia"),
  failover: ["singapore"],
};
const singapore = {
  ...getOrThrow(threeCountries.countries, "singapore"),
  failover: ["indonesia"],
};

test.each([
  ["production", threeCountries],
  ["staging", staging],
  ["production with a fourth country", fourCountries],
  [
    "a country without a database node",
    changed({
      "countries.india.database.nodes": 0,
      countries: {
        ...fourCountries.countries,
        japan: { ...japan, database: { ...japan.database, nodes: 0 } },
      },
    }),
  ],
  ["the longest country key", withCountry("twenty-one-characters", japan)],
  ["the longest domain", changed({ domain: `${"a.".repeat(98)}asia` })],
  [
    "every number at its least",
    inIndia({
      slot: 63,
      minNodes: 0,
      maxNodes: 1,
      diskGb: 20,
      nodes: 1,
      instances: 3,
    }),
  ],
  [
    "every number at its most",
    inIndia({
      minNodes: 244,
      maxNodes: 244,
      diskGb: 1000,
      nodes: 9,
      instances: 30,
    }),
  ],
  ["a site that a neighbour watches", changed({ "countries.india.monitoring": { site: "singapore" } })],
])("%s is accepted", (_, topology) => {
  expect(validateTopology(topology)).toEqual([]);
});

/** Values put into production, and every problem that they make. */
type Refusal = [values: Record<string, unknown>, ...problems: string[]];

describe("the environment", () => {
  const domain = "use a DNS name of two or more labels without a trailing dot, such as jamtangan.com";
  const id = "use the project's id: 6 to 30 lower-case letters, digits and hyphens";
  const number = "use the number that `gcloud projects describe` prints";
  const badDomains = [
    "",
    "jamtangan",
    "jamtangan.com.",
    ".jamtangan.com",
    "jamtangan..com",
    "Jamtangan.com",
    "jam tangan.com",
    "jam_tangan.com",
    "-jamtangan.com",
    "jamtangan-.com",
    "https://jamtangan.com",
    "jamtangan.com:443",
    "*.jamtangan.com",
    "10.0.0.1",
    "jamtangan.c",
    `${"a".repeat(64)}.com`,
    `${"a.".repeat(126)}id`,
  ];

  const refusals: Refusal[] = [
    [{ environment: "" }, 'environment: "" is refused: use 1 to 20 lower-case letters, digits and hyphens'],
    [{ environment: "../x" }, 'environment: "../x" is refused: use 1 to 20 lower-case letters, digits and hyphens'],
    [
      { environment: "twenty-one-characters" },
      'environment: "twenty-one-characters" is refused: use 1 to 20 lower-case letters, digits and hyphens',
    ],
    [{ "project.id": "short" }, `project.id: "short" is refused: ${id}`],
    [{ "project.id": "1-jamtangan" }, `project.id: "1-jamtangan" is refused: ${id}`],
    [{ "project.id": "jamtangan-" }, `project.id: "jamtangan-" is refused: ${id}`],
    [{ "project.id": "a".repeat(31) }, `project.id: "${"a".repeat(31)}" is refused: ${id}`],
    [{ "project.number": 0 }, `project.number: 0 is refused: ${number}`],
    [{ "project.number": -1 }, `project.number: -1 is refused: ${number}`],
    [{ "project.number": 0.5 }, `project.number: 0.5 is refused: it is not a whole number: ${number}`],
    [{ "project.number": 2 ** 53 }, `project.number: 9007199254740992 is refused: ${number}`],
    ...badDomains.map((name): Refusal => [{ domain: name }, `domain: ${cut(name)} is refused: ${domain}`]),
    [
      { domain: `${"a.".repeat(98)}asia1` },
      `domain: ${cut(`${"a.".repeat(98)}asia1`)} is refused: use at most 200 characters, host names are longer still`,
    ],
    [
      { "dns.probeRegions": ["asia-south1", "asia-southeast1"] },
      'dns.probeRegions: ["asia-south1","asia-southeast1"] is refused: name exactly three different regions',
    ],
    [
      { "dns.probeRegions": ["asia-south1", "asia-south1", "asia-south2"] },
      'dns.probeRegions: ["asia-south1","asia-south1","asia-south2"] is refused: name exactly three different regions',
    ],
    [
      { "dns.probeRegions": ["asia-south1", "asia-south2", "jakarta"] },
      'dns.probeRegions.2: "jakarta" is refused: use a region of config/regions.ts, such as asia-southeast2',
    ],
    [
      { "dns.probeRegions": ["asia-south1", "asia-south2", "constructor"] },
      'dns.probeRegions.2: "constructor" is refused: use a region of config/regions.ts, such as asia-southeast2',
    ],
    [
      { "dns.certificateAuthorities": [] },
      "dns.certificateAuthorities: [] is refused: name the CA that issues the edge's certificate, or it cannot be issued",
    ],
    [
      { "dns.certificateAuthorities": ["pki.goog"] },
      'dns.certificateAuthorities: ["pki.goog"] is refused: name letsencrypt.org too, which certificates are renewed from, or leave acmeContact out',
    ],
    [
      { "dns.acmeContact": "oncall" },
      'dns.acmeContact: "oncall" is refused: use an address such as people@example.com',
    ],
    [
      { "dns.certificateAuthorities": ["pki.goog", "Let's Encrypt"] },
      `dns.certificateAuthorities.1: "Let's Encrypt" is refused: use the CA's CAA name, such as letsencrypt.org`,
    ],
  ];
  test.each(refusals)("%j is refused", refused);
});

describe("the place of a country", () => {
  const region = "use a region of config/regions.ts, such as asia-southeast2";
  const zones = "use zones of asia-south1: asia-south1-a, asia-south1-b, asia-south1-c";
  const slot = "use 0 to 63";

  const refusals: Refusal[] = [
    [{ "countries.india.region": "asia-south9" }, `countries.india.region: "asia-south9" is refused: ${region}`],
    [{ "countries.india.region": "" }, `countries.india.region: "" is refused: ${region}`],
    [{ "countries.india.region": "constructor" }, `countries.india.region: "constructor" is refused: ${region}`],
    [
      {
        "countries.india.region": "asia-southeast2",
        "countries.india.zones": ["asia-southeast2-a", "asia-southeast2-b", "asia-southeast2-c"],
      },
      'countries.india.region: "asia-southeast2" is refused: indonesia already uses it: give each country its own',
    ],
    [
      {
        "countries.india.zones": ["asia-south1-a", "asia-south1-b", "asia-south2-c"],
      },
      `countries.india.zones: "asia-south2-c" is refused: ${zones}`,
    ],
    [
      {
        "countries.india.zones": ["asia-south1-a", "asia-south1-b", "asia-south1-d"],
      },
      `countries.india.zones: "asia-south1-d" is refused: ${zones}`,
    ],
    [
      {
        "countries.india.zones": ["asia-south1-a", "asia-south1-a", "asia-south1-b"],
      },
      'countries.india.zones: ["asia-south1-a","asia-south1-a","asia-south1-b"] is refused: name three different zones',
    ],
    [
      { "countries.india.zones": ["asia-south1-a", "asia-south1-b"] },
      'countries.india.zones: ["asia-south1-a","asia-south1-b"] is refused: name three different zones',
    ],
    [{ "countries.india.slot": 64 }, `countries.india.slot: 64 is refused: ${slot}`],
    [{ "countries.india.slot": -1 }, `countries.india.slot: -1 is refused: ${slot}`],
    [{ "countries.india.slot": 1.5 }, `countries.india.slot: 1.5 is refused: it is not a whole number: ${slot}`],
    [
      { "countries.india.slot": 0 },
      "countries.india.slot: 0 is refused: indonesia already uses it: give each country its own",
    ],
  ];
  test.each(refusals)("%j is refused", refused);
});

describe("failover", () => {
  const seoul = ["a", "b", "c"].map((zone) => `asia-northeast3-${zone}`);
  const withoutNode = {
    ...japan,
    failover: ["korea"],
    database: { ...japan.database, nodes: 0 },
  };
  const korea = {
    ...withoutNode,
    region: "asia-northeast3",
    zones: seoul,
    slot: 4,
    failover: ["japan", "india"],
  };
  const refusals: Refusal[] = [
    [
      { countries: { ...threeCountries.countries, japan: withoutNode, korea } },
      'countries.japan.failover: ["korea"] is refused: name a country that has a database node, or give this one a node: apps use only these countries\' nodes',
    ],
    [
      { "countries.india.failover": [] },
      "countries.india.failover: [] is refused: name at least one of indonesia, singapore",
    ],
    [
      { "countries.india.failover": ["india", "singapore"] },
      'countries.india.failover: "india" is refused: remove it: a country is always its own first choice',
    ],
    [
      { "countries.india.failover": ["singapore", "atlantis"] },
      'countries.india.failover: "atlantis" is refused: use one of indonesia, singapore',
    ],
    [
      { "countries.india.failover": ["constructor"] },
      'countries.india.failover: "constructor" is refused: use one of indonesia, singapore',
    ],
    [
      { "countries.india.failover": ["singapore", "indonesia", "singapore"] },
      'countries.india.failover: "singapore" is refused: remove the repetition',
    ],
    [
      { countries: { indonesia: { ...indonesia, failover: [] } } },
      'countries: ["indonesia"] is refused: name at least two, or there is nothing to fail over to',
      "countries.indonesia.failover: [] is refused: name at least one of ",
    ],
    [
      { countries: {} },
      "countries: [] is refused: name at least two, or there is nothing to fail over to",
      'firstDatabase: "indonesia" is refused: name a country that has a database node',
    ],
  ];
  test.each(refusals)("%j is refused", refused);
});

describe("machines", () => {
  const pool = {
    machineType: "e2-standard-4",
    minNodes: 3,
    maxNodes: 6,
    diskGb: 100,
  };
  const machine = "use a machine type such as e2-standard-4";
  const poolName = "name the pool with 2 to 40 lower-case letters, digits and hyphens";

  const refusals: Refusal[] = [
    [{ "countries.india.edge.machineType": "e2" }, `countries.india.edge.machineType: "e2" is refused: ${machine}`],
    [
      { "countries.india.edge.machineType": "E2-standard-2" },
      `countries.india.edge.machineType: "E2-standard-2" is refused: ${machine}`,
    ],
    [
      { "countries.india.cluster.pools.app.machineType": "large" },
      `countries.india.cluster.pools.app.machineType: "large" is refused: ${machine}`,
    ],
    [
      { "countries.india.edge.instances": 2 },
      "countries.india.edge.instances: 2 is refused: use 3 to 30, so that each zone has one",
    ],
    [
      { "countries.india.edge.instances": 31 },
      "countries.india.edge.instances: 31 is refused: use 3 to 30, so that each zone has one",
    ],
    [
      { "countries.india.edge.requestsPer10Seconds": 9 },
      "countries.india.edge.requestsPer10Seconds: 9 is refused: use 10 to 100,000",
    ],
    [
      { "countries.india.edge.requestsPer10Seconds": 100_001 },
      "countries.india.edge.requestsPer10Seconds: 100001 is refused: use 10 to 100,000",
    ],
    [
      { "countries.india.cluster.pools": {} },
      "countries.india.cluster.pools.app: is missing: define `app` for the app's pods, and another pool for everything else",
    ],
    [{ "countries.india.cluster.pools.a": pool }, `countries.india.cluster.pools.a: "a" is refused: ${poolName}`],
    [
      { "countries.india.cluster.pools.App_2": pool },
      `countries.india.cluster.pools.App_2: "App_2" is refused: ${poolName}`,
    ],
    [
      { [`countries.india.cluster.pools.${"a".repeat(41)}`]: pool },
      `countries.india.cluster.pools.${"a".repeat(41)}: "${"a".repeat(41)}" is refused: ${poolName}`,
    ],
    [
      { "countries.india.cluster.pools.app.minNodes": 25 },
      "countries.india.cluster.pools.app.minNodes: 25 is refused: use at most maxNodes (18)",
    ],
    [
      { "countries.india.cluster.pools.app.minNodes": -1 },
      "countries.india.cluster.pools.app.minNodes: -1 is refused: use 0 to 250",
    ],
    [
      { "countries.india.cluster.pools.app": { ...pool, maxNodes: 251 } },
      "countries.india.cluster.pools.app.maxNodes: 251 is refused: use 1 to 250",
    ],
    [
      { "countries.india.cluster.pools.app.maxNodes": 245 },
      "countries.india.cluster.pools: [245,6] is refused: maxNodes must add up to at most 250: the pod range holds 256 nodes",
    ],
    [
      { "countries.india.cluster.pools.app.diskGb": 19 },
      "countries.india.cluster.pools.app.diskGb: 19 is refused: use 20 to 1,000 GB",
    ],
    [
      { "countries.india.cluster.pools.app.diskGb": 1001 },
      "countries.india.cluster.pools.app.diskGb: 1001 is refused: use 20 to 1,000 GB",
    ],
  ];
  test.each(refusals)("%j is refused", refused);
});

describe("database", () => {
  const odd = "an even number (4), or fewer than 3, can split into halves that both stop: make it odd";
  const half = "or more, so the database stops with this country: use fewer here or more elsewhere";
  const refusals: Refusal[] = [
    [{ "countries.india.database.nodes": -1 }, "countries.india.database.nodes: -1 is refused: use 0 to 9"],
    [
      { "countries.india.database.nodes": 2 },
      `countries.*.database.nodes: "indonesia 1, singapore 1, india 2" is refused: ${odd}`,
      `countries.india.database.nodes: 2 is refused: it is half of all 4 ${half}`,
    ],
    [
      { "countries.india.database.nodes": 3 },
      `countries.india.database.nodes: 3 is refused: it is half of all 5 ${half}`,
    ],
    [
      { "countries.india.database.machineType": "e2-small" },
      'countries.india.database.machineType: "e2-small" is refused: MariaDB needs vCPUs of its own and 4 GB of memory for each: use a standard or highmem type such as n2-standard-4',
    ],
    [{ "countries.india.database.diskGb": 19 }, "countries.india.database.diskGb: 19 is refused: use 20 to 65,536 GB"],
    [
      { "countries.india.database.outageMinutes": 0 },
      "countries.india.database.outageMinutes: 0 is refused: use 1 to 1,440 minutes",
    ],
    [
      { "countries.india.database.writeMbPerMinute": 1001 },
      "countries.india.database.writeMbPerMinute: 1001 is refused: use 1 to 1,000 MB",
    ],
    [
      { "countries.india.database.backupRetentionDays": 0 },
      "countries.india.database.backupRetentionDays: 0 is refused: use 1 to 365 days",
    ],
    [
      { countries: { indonesia, singapore } },
      'countries.*.database.nodes: "indonesia 1, singapore 1" is refused: an even number (2), or fewer than 3, can split into halves that both stop: make it odd',
      `countries.indonesia.database.nodes: 1 is refused: it is half of all 2 ${half}`,
      `countries.singapore.database.nodes: 1 is refused: it is half of all 2 ${half}`,
    ],
    [
      { firstDatabase: "japan" },
      'firstDatabase: "japan" is refused: name a country that has a database node: indonesia, singapore, india',
    ],
  ];
  test.each(refusals)("%j is refused", refused);
});

describe("monitoring and archives", () => {
  const refusals: Refusal[] = [
    [
      { "countries.india.monitoring": { site: "atlantis" } },
      'countries.india.monitoring.site: "atlantis" is refused: use one of indonesia, singapore, india',
    ],
    [
      {
        "countries.india.monitoring": { site: "singapore" },
        "countries.singapore.monitoring": { site: "indonesia" },
      },
      'countries.india.monitoring.site: "singapore" is refused: choose a country with a site of its own: singapore is watched from indonesia',
    ],
    [
      {
        "countries.india.monitoring": { site: "singapore" },
        "countries.singapore.monitoring": { site: "india" },
      },
      'countries.singapore.monitoring.site: "india" is refused: choose a country with a site of its own: india is watched from singapore',
      'countries.india.monitoring.site: "singapore" is refused: choose a country with a site of its own: singapore is watched from india',
    ],
    [
      { "countries.india.archive.nearlineAfterDays": 0 },
      "countries.india.archive.nearlineAfterDays: 0 is refused: use 1 to 24,000 days",
    ],
    [
      { "countries.india.archive.nearlineAfterDays": 180 },
      "countries.india.archive.archiveAfterDays: 180 is refused: use more than nearlineAfterDays (180)",
    ],
    [
      { "countries.india.archive.archiveAfterDays": 400 },
      "countries.india.archive.logRetentionDays: 400 is refused: use more than archiveAfterDays (400)",
    ],
    [
      { "countries.india.archive.logRetentionDays": 24_001 },
      "countries.india.archive.logRetentionDays: 24001 is refused: use 1 to 24,000 days",
    ],
  ];
  test.each(refusals)("%j is refused", refused);
});

describe("the VPN and its administrators", () => {
  const office = "use a /24 or smaller: this is the VPN's console";
  const inside = "use the public range that people connect from";
  test.each<Refusal>([
    [
      { administrators: ["0.0.0.0/0"] },
      `administrators: "0.0.0.0/0" is refused: ${office}`,
      `administrators: "0.0.0.0/0" is refused: ${inside}`,
    ],
    [{ administrators: ["203.0.112.0/23"] }, `administrators: "203.0.112.0/23" is refused: ${office}`],
    [{ administrators: ["192.168.1.0/24"] }, `administrators: "192.168.1.0/24" is refused: ${inside}`],
    [
      { administrators: ["203.0.113.7"] },
      'administrators: "203.0.113.7" is refused: "203.0.113.7" is not an IPv4 range: write it as 10.0.0.0/16',
    ],
    [
      { "countries.india.vpn.machineType": "small" },
      'countries.india.vpn.machineType: "small" is refused: use a machine type such as e2-standard-4',
    ],
    [{ "countries.india.vpn.diskGb": 9 }, "countries.india.vpn.diskGb: 9 is refused: use 10 to 1,000 GB"],
    [
      { "countries.india.vpn.backupRetentionDays": 366 },
      "countries.india.vpn.backupRetentionDays: 366 is refused: use 1 to 365 days",
    ],
  ])("%j is refused", (values, ...problems) => {
    expect(validateTopology(changed(values))).toEqual(problems);
  });

  test("an office's range is accepted", () => {
    expect(validateTopology(changed({ administrators: ["203.0.113.0/24", "198.51.100.7/32"] }))).toEqual([]);
  });
});

describe("a country's key", () => {
  const forty = "a".repeat(40);
  test.each([
    [
      "twenty-two-characterss",
      [
        '"twenty-two-characterss-database" has 31 characters, a service account may have 30: shorten the country\'s key',
      ],
    ],
    [
      forty,
      [
        `"${forty}-monitoring" has 51 characters, a cluster may have 40: shorten the country's key`,
        `"${forty}-edge-" has 46 characters, a template prefix may have 37: shorten the country's key`,
        `"${forty}-edge" has 45 characters, a service account may have 30: shorten the country's key`,
        `"${forty}-nodes" has 46 characters, a service account may have 30: shorten the country's key`,
        `"${forty}-database" has 49 characters, a service account may have 30: shorten the country's key`,
        `"${forty}-app" has 44 characters, a service account may have 30: shorten the country's key`,
        `"${forty}-agent" has 46 characters, a service account may have 30: shorten the country's key`,
        `"${forty}-vpn" has 44 characters, a service account may have 30: shorten the country's key`,
        ...["site", "metrics", "thanos", "elastic", "secrets", "pusher", "renewer"].map(
          (role) =>
            `"${forty}-${role}" has ${
              role.length + 41
            } characters, a service account may have 30: shorten the country's key`,
        ),
        `"jamtangan-production-logs-${forty}" has 66 characters, a bucket may have 63: shorten the country's key`,
        `"jamtangan-production-metrics-${forty}" has 69 characters, a bucket may have 63: shorten the country's key`,
        `"jamtangan-production-snapshots-${forty}" has 71 characters, a bucket may have 63: shorten the country's key`,
        `"jamtangan-production-access-logs-${forty}" has 73 characters, a bucket may have 63: shorten the country's key`,
      ],
    ],
    [
      "japan-",
      [
        ["host label", "japan-"],
        ["bucket", "jamtangan-production-logs-japan-"],
        ["bucket", "jamtangan-production-metrics-japan-"],
        ["bucket", "jamtangan-production-snapshots-japan-"],
        ["bucket", "jamtangan-production-access-logs-japan-"],
      ].map(
        ([kind, name]) =>
          `"${name}" is not a valid ${kind} name: use lower-case letters, digits and hyphens, starting with a letter`,
      ),
    ],
  ])("%s is refused", (key, reasons) => {
    const problems = reasons.map((reason) => `countries.${key}: ${reason}`);
    expect(validateTopology(withCountry(key, japan))).toEqual(problems);
  });

  test.each(["Japan", "2japan", "ja.pan", "ja pan", "ja_pan", "日本"])(
    "%p is refused as every name that it makes",
    (key) => {
      const problems = validateTopology(withCountry(key, japan));
      expect(problems.length).toBeGreaterThan(3);
      for (const problem of problems) {
        expect(problem).toMatch(/^countries\..*use lower-case letters, digits and hyphens, starting with a letter$/);
      }
    },
  );
});

test("all problems of a topology are reported together", () => {
  const broken = changed(
    {
      domain: "jamtangan.com.",
      "project.number": 0,
      "countries.indonesia.slot": 3,
      "countries.indonesia.edge.instances": 1,
      "countries.singapore.region": "singapore",
      "countries.singapore.cluster.pools.app.maxNodes": 2,
      "countries.india.failover": ["india"],
      "countries.india.archive.archiveAfterDays": 10,
      "countries.india.cluster.ingress": "traefik",
      "countries.india.app.image": "sekolahlinux/golang-http",
      "countries.india.app.maxReplicas": 2,
      "countries.japan.monitoring": { site: "atlantis" },
    },
    fourCountries,
  );
  expect(validateTopology(broken)).toMatchInlineSnapshot(`
    [
      "project.number: 0 is refused: use the number that \`gcloud projects describe\` prints",
      "domain: "jamtangan.com." is refused: use a DNS name of two or more labels without a trailing dot, such as jamtangan.com",
      "countries.indonesia.edge.instances: 1 is refused: use 3 to 30, so that each zone has one",
      "countries.singapore.region: "singapore" is refused: use a region of config/regions.ts, such as asia-southeast2",
      "countries.india.cluster.ingress: "traefik" is refused: use ingress-nginx or nginx-ingress",
      "countries.india.app.image: "sekolahlinux/golang-http" is refused: write registry/name:tag or registry/name@sha256:…, with a tag that is never moved (not latest)",
      "countries.india.app.maxReplicas: 2 is refused: use 3 to 27,500",
      "countries.japan.slot: 3 is refused: indonesia already uses it: give each country its own",
      "countries.singapore.cluster.pools.app.minNodes: 3 is refused: use at most maxNodes (2)",
      "countries.india.failover: "india" is refused: remove it: a country is always its own first choice",
      "countries.india.archive.archiveAfterDays: 10 is refused: use more than nearlineAfterDays (30)",
      "countries.japan.monitoring.site: "atlantis" is refused: use one of indonesia, singapore, india, japan",
    ]
  `);
});

function refused(values: Record<string, unknown>, ...problems: string[]): void {
  expect(validateTopology(changed(values))).toEqual(problems);
}

/** As a report shows it. */
function cut(value: string): string {
  return value.length < 119 ? `"${value}"` : `"${value.slice(0, 119)}…`;
}

/** Production with numbers at the edge of what they may be, in India alone. */
function inIndia(numbers: {
  slot?: number;
  minNodes: number;
  maxNodes: number;
  diskGb: number;
  nodes: number;
  instances: number;
}) {
  const { slot = 2, minNodes, maxNodes, diskGb, nodes, instances } = numbers;
  return changed({
    "countries.india.slot": slot,
    "countries.india.edge.instances": instances,
    "countries.india.cluster.pools.app": {
      machineType: "e2-standard-32",
      minNodes,
      maxNodes,
      diskGb,
    },
    "countries.india.database.nodes": nodes,
    "countries.indonesia.database.nodes": nodes,
    "countries.singapore.database.nodes": nodes,
  });
}
