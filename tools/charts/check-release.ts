import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll, YAML11_SCHEMA } from "js-yaml";
import { CannotTell } from "../cli";
import { runProgram } from "../program";
import { type KubernetesObject, objectProblems } from "./object-problems";
import type { SynthesizedRelease } from "./synthesized-releases";

export interface CheckOptions {
  /** Folder with unpacked charts by name. @default all are pulled */
  readonly charts?: string;
  /** Folder with schemas. @default kubeconform's own, and a public collection for custom resources */
  readonly schemas?: string;
  /** Kubernetes version to render and check for. */
  readonly kubernetes: string;
  /** Folder for temporary files. */
  readonly scratch: string;
}

export interface ReleaseCheck {
  readonly release: SynthesizedRelease;
  /** Number of rendered objects. */
  readonly objects: number;
  readonly problems: readonly string[];
  /** What could not be checked, why, and how to install what is missing. */
  readonly unchecked: readonly string[];
}

/** How to install the programs where no package manager has them. */
const REMEDIES = {
  helm: "go install helm.sh/helm/v3/cmd/helm@v3.18.6",
  kubeconform: "go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0",
} as const;

function helm(args: readonly string[]) {
  return runProgram("helm", args, { remedy: REMEDIES.helm });
}

/** Kinds that charts only render if the cluster has them. */
const API_VERSIONS = ["monitoring.coreos.com/v1"];

const PUBLIC_SCHEMAS =
  "https://raw.githubusercontent.com/datreeio/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json";

/** Checks one release with Helm and kubeconform, and its objects with our own rules. @throws CannotTell without helm */
export async function checkRelease(release: SynthesizedRelease, options: CheckOptions): Promise<ReleaseCheck> {
  const folder = mkdtempSync(join(options.scratch, "release-"));
  const problems: string[] = [];
  const unchecked: string[] = [];
  const checked = (objects: number): ReleaseCheck => ({ release, objects, problems, unchecked });

  const chart = await chartFolder(release, folder, options);
  if (chart.missing) unchecked.push(chart.missing);
  if (chart.wrong) problems.push(chart.wrong);
  if (!chart.path) return checked(0);

  const values = release.values.flatMap((text, index) => {
    const file = join(folder, `values-${index}.yaml`);
    writeFileSync(file, text);
    return ["--values", file];
  });
  const common = [chart.path, "--kube-version", options.kubernetes, ...values];
  const lint = await helm(["lint", "--quiet", ...common]);
  const template = await rendered([
    ...["template", release.name, ...common, "--namespace", release.namespace],
    ...API_VERSIONS.flatMap((version) => ["--api-versions", version]),
  ]);
  if (template.withoutSchema) unchecked.push(template.withoutSchema);
  // Lint needs the schema.
  for (const { code, stdout, stderr } of template.withoutSchema ? [template.answer] : [lint, template.answer]) {
    if (code !== 0) problems.push(`helm: ${stdout}${stderr}`.trim());
  }
  if (template.answer.code !== 0) return checked(0);

  const objects = objectsOf(template.answer.stdout);
  problems.push(...objectProblems(release.name, objects));
  const schemas = await schemaProblems(template.answer.stdout, options);
  problems.push(...schemas.problems);
  unchecked.push(...schemas.unchecked);
  return checked(objects.length);
}

interface ChartFolder {
  readonly path?: string;
  readonly missing?: string;
  readonly wrong?: string;
}

async function chartFolder(
  release: SynthesizedRelease,
  scratch: string,
  { charts }: CheckOptions,
): Promise<ChartFolder> {
  const { chart, repository, version = "" } = release;
  if (!repository) return existsSync(chart) ? { path: chart } : { wrong: `${chart} contains no chart` };
  const given = charts && join(charts, chart);
  if (given && existsSync(given)) {
    const unpacked = (load(readFileSync(join(given, "Chart.yaml"), "utf8")) as { version: string }).version;
    return unpacked === version ? { path: given } : { wrong: `${given} has version ${unpacked}, pinned is ${version}` };
  }
  const source = repository.startsWith("oci://") ? [`${repository}/${chart}`] : [chart, "--repo", repository];
  const { code, stderr } = await helm(["pull", ...source, "--version", version, "--untar", "-d", scratch]);
  return code === 0
    ? { path: join(scratch, chart) }
    : {
        missing: `the chart could not be downloaded: ${stderr.trim()}. Unpack it and pass its parent folder with --charts`,
      };
}

/** Renders with the chart's schema check; if the schema cannot be downloaded, reports that and renders without. */
async function rendered(args: readonly string[]) {
  const answer = await helm(args);
  const address = /failing loading "(https:[^"]+)"/.exec(answer.stderr)?.[1];
  if (!address) return { answer };
  return {
    answer: await helm([...args, "--skip-schema-validation"]),
    withoutSchema: `schema and lint of the values: Helm needs ${address} for them, here and at every install`,
  };
}

function objectsOf(text: string): KubernetesObject[] {
  return loadAll(text, { schema: YAML11_SCHEMA }).flatMap((document) => (document ?? []) as KubernetesObject);
}

/** kubeconform's result for an object. */
interface SchemaResult {
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly msg: string;
}

async function schemaProblems(text: string, { schemas, kubernetes }: CheckOptions) {
  const locations = schemas
    ? [
        `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`,
        `${schemas}/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`,
      ]
    : ["default", PUBLIC_SCHEMAS];
  const where = locations.flatMap((location) => ["-schema-location", location]);
  try {
    const args = ["-strict", "-output", "json", "-kubernetes-version", kubernetes, ...where, "-"];
    const { stdout, stderr } = await runProgram("kubeconform", args, { input: text, remedy: REMEDIES.kubeconform });
    if (!stdout.startsWith("{")) throw new CannotTell(`kubeconform: ${stderr.trim()}`);
    const { resources = [] } = JSON.parse(stdout) as { resources?: SchemaResult[] };
    const lines = (isInvalid: boolean) =>
      resources
        .filter(({ status }) => (status === "statusInvalid") === isInvalid)
        .map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
    const [first, ...others] = lines(false);
    return { problems: lines(true), unchecked: first ? [`${first} (${others.length} objects more)`] : [] };
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    return { problems: [], unchecked: [error.message] };
  }
}
