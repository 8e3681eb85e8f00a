/** A command of this repository, as listed in README and `npm run help`. */
export interface CommandRow {
  /** As typed. Scripts of package.json are `npm run ...` and `npm test`. */
  readonly calls: readonly string[];
  /** A few words for `npm run help`. */
  readonly short: string;
  /** A Markdown sentence for README. */
  readonly says: string;
}

/** Every command, in the order in which a newcomer meets them. */
export const COMMANDS: readonly CommandRow[] = [
  { calls: ["npm run help"], short: "This list", says: "lists the commands" },
  {
    calls: ["npm run topology"],
    short: "See what follows from the topology",
    says: "prints countries, failover order and every address as tables",
  },
  {
    calls: ["npm run synth"],
    short: "Synthesize",
    says: "writes `cdktf.out`; refuses a wrong topology with every problem at once",
  },
  {
    calls: ["npm run validate"],
    short: "Ask real Terraform",
    says: "checks every synthesized stack with the real Terraform and providers",
  },
  {
    calls: ["npm run charts"],
    short: "Ask real Helm",
    says: "renders every Helm release with the real Helm, and checks the objects with kubeconform and against the platform's promises",
  },
  {
    calls: ["npm run plan-review -- PLAN.json ..."],
    short: "Review plans",
    says: "reads `terraform show -json` of stacks that are applied together, describes the changes in Markdown, warns of anything not known to be harmless, and exits 1 when quorum, kept data, addresses or two countries are in danger",
  },
  {
    calls: ["npm run reach"],
    short: "Who reaches what",
    says: "prints who reaches what and who may do what, from the synthesized JSON; exits 1 when it differs from what was reviewed in [docs/reach](docs/reach)",
  },
  {
    calls: ["npm run diagram"],
    short: "Draw the estate",
    says: "draws the estate from the synthesized JSON as [docs/architecture.svg](docs/architecture.svg); `-- --check` exits 1 when it is out of date",
  },
  {
    calls: ["npm run scan"],
    short: "Scan with checkov",
    says: "scans the synthesized JSON with checkov (`pipx install checkov==3.3.30`); exits 1 for failures without a recorded reason",
  },
  {
    calls: ["npm test"],
    short: "Test everything",
    says: "builds the engine root if missing, then runs lint, type checks and all tests except the live ones",
  },
  {
    calls: ["npm run test:unit"],
    short: "Test without engines",
    says: "runs the tests that need neither root nor an engine",
  },
  {
    calls: ["npm run test:live"],
    short: "Test with real servers",
    says: "starts, kills, restores and rotates real MariaDB servers with Galera with the machines' own scripts, runs the drill against broken configs, and checks metric names against real exporters and RabbitMQ; as root, half an hour or more",
  },
  {
    calls: ["npm run engines"],
    short: "Make the engine root",
    says: "builds the Debian root with the programs of tests and drills, and downloads Google's API descriptions; `-- COMMAND` runs a command in it",
  },
  {
    calls: ["npm run drill -- edge"],
    short: "Lose countries",
    says: "runs the synthesized configs in real HAProxies, breaks countries under load, and exits 1 when a promise is broken; report with timelines in `drill-report/`",
  },
  {
    calls: ["npm run drill -- data"],
    short: "Lose database nodes",
    says: "boots the synthesized database machines with their own script as real MariaDB servers, as far apart as the countries, and loses, hangs, splits and recreates them while apps write; exits 1 when a promise is broken; as root, about 9 minutes, `--short` under 2",
  },
  {
    calls: ["npm run drill -- country"],
    short: "Lose a whole country",
    says: "opens the shop in every country on one machine, with users, DNS, HAProxies, apps, brokers and databases, loses countries, and exits 1 when something that users were told does not hold; as root, under 20 minutes, `--short` under 5",
  },
  {
    calls: ["npm run drill -- queue"],
    short: "Lose queue brokers",
    says: "runs a country's synthesized broker as three real RabbitMQ nodes, one per zone, and kills, cuts off and loses them while apps publish; no confirmed message may be lost, and KEDA must read the right length; exits 1 when a promise is broken; as root, about 6 minutes, `--short` under 3",
  },
  {
    calls: ["npm run rehearse"],
    short: "Rehearse the whole deploy",
    says: "applies every stack with real Terraform and the real provider to a stand-in Google Cloud on this machine, changes it, adds and removes a country, destroys it, and recreates it with faults, with `--clusters` what is in the clusters too; exits 1 when a plan is not as expected; writes `rehearsal-report/`; [what it proves](docs/rehearsal.md)",
  },
  {
    calls: ["npm run quotas"],
    short: "Does it fit the quotas",
    says: "computes from the synthesized JSON how much of Google's quotas the estate needs, at its minimum, at its maximum and while machines are replaced; exits 1 where a new project, or yours according to `gcloud`, has less, and says what to request",
  },
  {
    calls: ["npm run cost"],
    short: "Monthly cost",
    says: "computes from the synthesized JSON what the estate costs a month at list prices, by country and layer, at its minimum and at its maximum; the plan review says what a change costs",
  },
  {
    calls: ["npm run bootstrap"],
    short: "Prepare the project",
    says: "writes the Terraform JSON of the prerequisites of the first deploy: APIs, identities, keyless logins",
  },
  {
    calls: ["npm run workspaces"],
    short: "Make workspaces",
    says: "creates the Terraform Cloud workspaces, each state readable only by the stacks that need it; can be run again",
  },
  {
    calls: ["npm run delivery", "npm run changed"],
    short: "What workflows use",
    says: "what the workflows use: an environment's identities and deployment order; the stacks that a change affects",
  },
  {
    calls: ["npm run fork"],
    short: "Can we leave cdktf",
    says: "replaces cdktf by its maintained fork in a copy, and compares the JSON",
  },
  {
    calls: ["npm run bench -- synth"],
    short: "Measure synthesis",
    says: "measures synthesis and plan review, as multiples of the time it takes to load cdktf",
  },
  {
    calls: ["npm run bench -- edge"],
    short: "Measure the edge",
    says: "measures the synthesized HAProxy config against a plain one with the same TLS: requests a second, latency, processor time",
  },
  {
    calls: ["npm run lint", "npm run boundaries", "npm run format", "npm run typecheck"],
    short: "Check and format",
    says: "Biome for lint and format, dependency-cruiser for import rules (lint runs it too), TypeScript for types",
  },
  {
    calls: ["tools/deploy.sh DOMAIN COUNTRY ..."],
    short: "Deploy",
    says: "the one way to apply: plans, reviews what this run has applied together with what comes next, applies what somebody agreed to, and asks every country behind each step; `--help`, [delivery.md](docs/runbooks/delivery.md)",
  },
  {
    calls: ["npx cdktf list", "npx cdktf diff network"],
    short: "cdktf's own",
    says: "as in every CDK for Terraform project. `npx cdktf deploy '*'` takes one country after the other too, but reviews nothing and asks nobody: use `tools/deploy.sh`",
  },
];

const FIRST = `matchwatch: the infrastructure of jamtangan.com

  Change the estate                   config/production.ts, config/staging.ts
                                      (each field: config/topology.ts)
  Synthesize staging
    MATCHWATCH_ENVIRONMENT=staging npm run synth
  Run one test                        npx jest address-plan
  Update snapshots                    npx jest -u`;
const LAST = "Options of a command: npm run reach -- --help. Step by step: docs/runbooks.";

/** The text of `npm run help`, within 80 columns. */
export function renderCommands(): string {
  const rows = COMMANDS.flatMap(({ calls, short }) =>
    calls.map((call, index) => `  ${(index === 0 ? short : "").padEnd(36)}${call}`.trimEnd()),
  );
  return `${FIRST}\n\n${rows.join("\n")}\n\n${LAST}\n`;
}

/** README's table. */
export function renderReadmeTable(): string {
  const rows = COMMANDS.map(({ calls, says }) => `| ${calls.map((call) => `\`${call}\``).join(", ")} | ${says} |`);
  return ["| command | what it does |", "| --- | --- |", ...rows].join("\n");
}
