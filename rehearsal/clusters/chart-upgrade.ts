import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mapResources, type Resource, type StackJson } from "../google-part";

/** A chart's folder and the version that its Chart.yaml has. */
interface NextChart {
  readonly chart: string;
  readonly version: string;
}

/**
 * A stack as it is once every chart that comes from a repository has a new version: the chart at hand, published again
 * under the next patch version. What a chart's version is written into, labels of pods above all, changes with it.
 *
 * @param charts folder with unpacked charts, by name
 * @param folder where the new ones are put
 */
export function withNextCharts(stack: StackJson, charts: string, folder: string): StackJson {
  const resource = mapResources(stack.resource ?? {}, (one, type) =>
    isFromRepository(type, one) ? { ...one, ...nextChart(String(one.chart), charts, folder) } : one,
  );
  return { ...stack, resource };
}

/** Addresses of the releases whose charts come from repositories. */
export function repositoryReleases({ resource = {} }: StackJson): string[] {
  return Object.entries(resource).flatMap(([type, byId]) =>
    Object.entries(byId).flatMap(([id, one]) => (isFromRepository(type, one) ? `${type}.${id}` : [])),
  );
}

function isFromRepository(type: string, { repository }: Resource): boolean {
  return type === "helm_release" && repository !== undefined;
}

function nextChart(name: string, charts: string, folder: string): NextChart {
  const chart = join(folder, name);
  cpSync(join(charts, name), chart, { recursive: true, dereference: true });
  const file = join(chart, "Chart.yaml");
  const text = readFileSync(file, "utf8");
  const [, major, minor, patch] = /^version: "?v?(\d+)\.(\d+)\.(\d+)/m.exec(text) ?? [];
  if (patch === undefined) throw new Error(`${file} has no version that could be raised`);
  const version = `${major}.${minor}.${Number(patch) + 1}`;
  writeFileSync(file, text.replace(/^version: .*$/m, `version: ${version}`));
  return { chart, version };
}
