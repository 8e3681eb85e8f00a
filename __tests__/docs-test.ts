import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { production } from "../config/production";
import { alertGroups } from "../constructs/monitoring/rules/alerts";
import { drill } from "../drill/main";
import { SCENARIOS } from "./constructs/monitoring/scenarios";
import { indonesia } from "./constructs/monitoring/sites";
import { callCommand } from "./support/call-command";
import { resources, stackOf, synthesize } from "./support/synth";

const ROOT = join(__dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };

const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "help", ...markdownBelow("docs")].map((file) => ({
  file,
  text: readFileSync(join(ROOT, file), "utf8"),
}));

test("every link leads to a file, and to a heading in it", () => {
  const broken = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, path = "", heading]) => {
      const target = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), path);
      if (!existsSync(target)) return [`${file}: ${link}`];
      return heading === undefined || headingsOf(target).has(heading) ? [] : [`${file}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

test("a link that is called like a file leads to that file", () => {
  const wrong = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/\[`?([\w.-]+\.(?:md|sh|ts))`?\]\(([^)#\s]+)/g)].flatMap(([link, name, path = ""]) =>
      basename(path) === name ? [] : [`${file}: ${link}`],
    ),
  );
  expect(wrong).toEqual([]);
});

test("every command of this repository exists", () => {
  const strange = pages.flatMap(({ file, text }) =>
    [
      ...named(text, /\bnpm run (?:--silent )?([\w:-]+)/g).filter((script) => !Object.hasOwn(scripts, script)),
      ...named(text, /(?<![\w/.])((?:tools|drill|bench)\/[\w/-]+\.(?:sh|ts))/g).filter(
        (path) => !existsSync(join(ROOT, path)),
      ),
      ...named(text, /\bnpx jest (\S+)/g).filter(
        (path) => path.startsWith("__tests__") && !existsSync(join(ROOT, path.replace(/`$/, ""))),
      ),
    ].map((name) => `${file}: ${name}`),
  );
  expect(strange).toEqual([]);
});

test.each(["edge", "data"])("every fault that a page lets npm run drill -- %s play is one", async (name) => {
  const { stdout: help } = await callCommand(drill, name, "--help");
  const known = /Faults: ([\s\S]+?)\n\n/.exec(help)?.[1]?.split(/,\s/) ?? [];
  const calls = pages.flatMap(({ text }) => named(text, new RegExp(`npm run drill -- ${name}([^\`\\n]*)`, "g")));
  const asked = calls.flatMap((call) => named(call, /--fault (\S+)/g));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((fault) => !known.includes(fault))).toEqual([]);
});

test("every name of a machine, secret, bucket or cluster that a page hands to a command is the estate's", () => {
  const countries = Object.keys(production.countries).join("|");
  const own = new RegExp(`(?<![\\w./-])((?:${countries}|${production.project.id})-[a-z0-9-]*[a-z0-9])(?![\\w.-])`, "g");
  const estate = Object.values(synthesize(production).text).join("\n");
  const commands = pages.flatMap(({ file, text }) =>
    text
      .split("\n")
      .filter((line) => /\b(?:gcloud|kubectl|openssl|ssh|curl)\b/.test(line))
      .flatMap((line) => named(line, own).map((name) => ({ file, name }))),
  );
  expect(commands.length).toBeGreaterThan(20);
  expect(commands.filter(({ name }) => !estate.includes(name))).toEqual([]);
});

test("who is told of a failure, how long it has to hold and where it leads is as the rules have it", () => {
  const page = pages.find(({ file }) => file === "docs/disaster-recovery.md")?.text ?? "";
  const [, table = ""] = page.split("## Who is told, and when");
  const rows = [...table.matchAll(/^\| (?!---|failure)(.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));
  const alerts = new Map(
    alertGroups(indonesia).flatMap((group) => group.alerts.map((alert) => [alert.name, alert] as const)),
  );
  let lead = "";
  const told = rows
    .slice(
      0,
      rows.findIndex(([failure]) => failure?.startsWith("data deleted")),
    )
    .flatMap((row) => {
      const [, cell = "", holds = "", runbook = ""] = row;
      lead = runbook === "the same" ? lead : (/\((.*)\)/.exec(runbook)?.[1] ?? "");
      const [, bold, name = ""] = /(\*\*)?`(\w+)`/.exec(cell) ?? [];
      return name ? [{ name, isBold: bold !== undefined, holds, lead: lead.replace("runbooks/", "") }] : [];
    });
  expect(told.length).toBeGreaterThan(20);
  expect(told).toEqual(
    told.map(({ name }) => {
      const alert = alerts.get(name);
      return {
        name,
        isBold: alert?.severity === "critical",
        holds: alert?.for ?? "at once",
        lead: alert?.runbook,
      };
    }),
  );
});

test("how long after a failure somebody is told is as the scenarios have it", () => {
  const page = pages.find(({ file }) => file === "docs/disaster-recovery.md")?.text ?? "";
  const [, table = ""] = page.split("## Who is told, and when");
  // Played with 5 minutes of answers: an hour of them takes longer to go wrong.
  const told = Object.values(SCENARIOS).flatMap(({ pages: woken, tickets }) => [...woken, ...tickets]);
  expect(told.length).toBeGreaterThan(30);
  for (const one of told.filter((each) => !/ErrorBudget/.test(each))) {
    const [, name = "", seconds = ""] = /: (\w+) \w+ after (\d+)$/.exec(one) ?? [];
    const rows = table.split("\n").filter((row) => row.includes(`\`${name}\``) && row.includes(`${seconds} s`));
    expect([one, rows.length]).not.toEqual([one, 0]);
  }
});

test("what a failure is said to be played as is a scenario that tells by that alert", () => {
  const page = pages.find(({ file }) => file === "docs/disaster-recovery.md")?.text ?? "";
  const [, table = ""] = /## Who is told, and when(.*?)\n## /s.exec(page) ?? [];
  const rows = [...table.matchAll(/^\| (?!---|failure)(.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));
  const played = rows.flatMap(([, alert = "", , , , scenario]) => (scenario ? [{ alert, scenario }] : []));
  expect(played.length).toBeGreaterThan(30);
  for (const { alert, scenario } of played) {
    const { pages: woken, tickets } = SCENARIOS[scenario] ?? { pages: [], tickets: [] };
    const name = /`(\w+)`/.exec(alert)?.[1];
    const by = alert.startsWith("**") ? woken : tickets;
    expect([scenario, by]).toEqual([scenario, expect.arrayContaining([expect.stringContaining(` ${name} `)])]);
  }
});

test("what Google mails leads to a heading of a runbook", () => {
  const policies = resources(stackOf(synthesize(production), "monitoring"), "google_monitoring_alert_policy");
  expect(policies.length).toBeGreaterThan(3);
  const broken = policies.filter(({ attributes }) => {
    const [, file = "", heading = ""] =
      /: (docs\/runbooks\/[\w-]+\.md)#([\w-]+)$/.exec((attributes.documentation as { content: string }).content) ?? [];
    return !existsSync(join(ROOT, file)) || !headingsOf(join(ROOT, file)).has(heading);
  });
  expect(broken.map(({ address }) => address)).toEqual([]);
});

test("every alert that a runbook speaks of exists", () => {
  const known = new Set(alertGroups(indonesia).flatMap(({ alerts }) => alerts.map(({ name }) => name)));
  const runbooks = pages.filter(({ file }) => file.startsWith("docs/runbooks/"));
  const told = runbooks.flatMap(({ file, text }) =>
    named(text, /`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g).map((name) => ({ file, name })),
  );
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter(({ name }) => !known.has(name))).toEqual([]);
});

function named(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}

function markdownBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith(".md") && statSync(join(ROOT, path)).isFile())
    .sort();
}

/** Headings as GitHub makes anchors of them. */
function headingsOf(file: string): Set<string> {
  const text = readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "");
  return new Set(
    named(text, /^#+ (.+)$/gm).map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/ /g, "-"),
    ),
  );
}
