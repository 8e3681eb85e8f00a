/** A command of this repository, as README and `npm run help` list it. */
export interface CommandRow {
  /** As it is typed. Scripts of package.json are told by `npm run` and `npm test`. */
  readonly calls: readonly string[];
  /** In a few words, for `npm run help`. */
  readonly short: string;
  /** In a sentence of Markdown, for README. */
  readonly says: string;
}

/** Every command, in the order in which somebody meets them. */
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
    says: "asks the real Terraform and providers about every synthesized stack",
  },
  {
    calls: ["npm run charts"],
    short: "Ask real Helm",
    says: "renders every Helm release with the real Helm, asks kubeconform about the objects, and looks for what the platform promises of them",
  },
  {
    calls: ["npm run plan-review -- PLAN.json ..."],
    short: "Review plans",
    says: "reads `terraform show -json` of the stacks that are applied together, writes what changes as Markdown, warns of whatever it does not know to be harmless, and exits 1 when quorum, kept data, addresses or two countries are in danger",
  },
  {
    calls: ["npm run reach"],
    short: "Who reaches what",
    says: "prints who reaches what and who may do what, from the synthesized JSON; exits 1 when it is not what was reviewed in [docs/reach](docs/reach)",
  },
  {
    calls: ["npm run diagram"],
    short: "Draw the estate",
    says: "draws the estate from the synthesized JSON as [docs/architecture.svg](docs/architecture.svg); `-- --check` exits 1 when it is not current",
  },
  {
    calls: ["npm run scan"],
    short: "Scan with checkov",
    says: "scans the synthesized JSON with checkov (`pipx install checkov==3.3.30`); every failure has a reason or is refused",
  },
  {
    calls: ["npm test"],
    short: "Test everything",
    says: "makes the engine root when it is missing, then lint, types and every test but the live ones",
  },
  {
    calls: ["npm run test:unit"],
    short: "Test without engines",
    says: "the tests that need neither root nor an engine",
  },
  {
    calls: ["npm run test:live"],
    short: "Test with real servers",
    says: "starts, kills, restores and rotates real MariaDB servers with Galera by the machines' own scripts, the drill against broken configs, and metric names against real exporters and RabbitMQ; as root, about 4 minutes",
  },
  {
    calls: ["npm run engines"],
    short: "Make the engine root",
    says: "makes the Debian root whose programs tests and drills run, and fetches the descriptions of Google's APIs; `-- COMMAND` runs a command in it",
  },
  {
    calls: ["npm run drill -- edge"],
    short: "Lose countries",
    says: "runs the synthesized HAProxy configs in real HAProxies, breaks countries under load, and exits 1 when a promise is broken; report with timelines in `drill-report/`",
  },
  {
    calls: ["npm run drill -- data"],
    short: "Lose database nodes",
    says: "boots the synthesized database machines by their own script as real MariaDB servers, as far apart as the countries, and loses, hangs, splits and recreates them while apps write; exits 1 when a promise is broken; as root, under 8 minutes, `--short` under 2",
  },
  {
    calls: ["npm run drill -- country"],
    short: "Lose a whole country",
    says: "opens the shop in every country on one machine, with users, DNS, HAProxies, apps, brokers and databases, loses countries, and exits 1 when something that users were told does not hold; as root, under 20 minutes, `--short` under 5",
  },
  {
    calls: ["npm run drill -- queue"],
    short: "Lose queue brokers",
    says: "runs a country's synthesized broker as three real RabbitMQ nodes, one per zone, and kills, cuts off and loses them while apps publish; no confirmed message may be missing, and the length that KEDA reads must be right; exits 1 when a promise is broken; as root, about 6 minutes, `--short` under 3",
  },
  {
    calls: ["npm run rehearse"],
    short: "Rehearse the whole deploy",
    says: "applies every stack with real Terraform and the real provider to a stand-in Google Cloud on this machine, changes it, adds and removes a country, and destroys it (`--until again` makes it again with faults); exits 1 when a plan is not what it should be; `rehearsal-report/`; [what it proves](docs/rehearsal.md)",
  },
  {
    calls: ["npm run quotas"],
    short: "Does the project hold it",
    says: "counts from the synthesized JSON what the estate takes of Google's quotas, at its minimum, at its maximum and while machines are replaced; exits 1 where a new project, or yours by `gcloud`, has less, and says what to ask for",
  },
  {
    calls: ["npm run cost"],
    short: "What it costs a month",
    says: "counts from the synthesized JSON what the estate costs a month at list prices, by country and layer, at its minimum and at its maximum; the plan review says what a change costs",
  },
  {
    calls: ["npm run bootstrap"],
    short: "Prepare the project",
    says: "writes the Terraform JSON of what must exist before the first deploy: APIs, identities, keyless logins",
  },
  {
    calls: ["npm run workspaces"],
    short: "Make workspaces",
    says: "makes the workspaces at Terraform Cloud, each state readable by exactly the stacks that read it; can be run again",
  },
  {
    calls: ["npm run delivery", "npm run changed"],
    short: "What workflows ask",
    says: "what the workflows ask: identities and order of an environment; which stacks a change changes",
  },
  {
    calls: ["npm run fork"],
    short: "Could we leave cdktf",
    says: "swaps cdktf for its living fork in a copy, and compares the JSON",
  },
  {
    calls: ["npm run bench"],
    short: "Measure synthesis",
    says: "measures synthesis and the review of plans, as multiples of the time that loading cdktf takes",
  },
  {
    calls: ["npm run lint", "npm run boundaries", "npm run format", "npm run typecheck"],
    short: "Check and format",
    says: "Biome for lint and format, dependency-cruiser for who may import whom (lint runs it too), the types",
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
const LAST = "Options of a command: npm run reach -- --help. When to do what: docs/runbooks.";

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
