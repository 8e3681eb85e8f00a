import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Resource, StackJson } from "../google-part";

/** The local chart, which lies beside each stack's JSON when it is synthesized. */
const LOCAL_CHART = join(__dirname, "../../charts/custom-resources");

export interface ClusterPart {
  readonly stack: StackJson;
  /** Releases whose charts are not at hand, with their charts. */
  readonly missing: readonly string[];
}

/**
 * A whole stack, its charts taken from a folder: no repository can be reached here. A release whose chart is not there is
 * left out, and named.
 *
 * @param charts folder with unpacked charts, by name
 */
export function clusterPart(stack: StackJson, charts: string): ClusterPart {
  const releases = Object.entries(stack.resource?.helm_release ?? {});
  const placed = releases.map(([id, release]) => [id, placeChart(release, charts)] as const);
  const missing = placed.flatMap(([id, release]) => (release ? [] : [id]));
  const gone = new Set(missing.map((id) => `helm_release.${id}`));
  const kept = Object.fromEntries(placed.flatMap(([id, release]) => (release ? [[id, release]] : [])));
  const resource = { ...stack.resource, ...(releases.length > 0 && { helm_release: kept }) };
  return {
    stack: { ...stack, resource: withoutDependenciesOn(gone, resource) },
    missing: missing.map((id) => {
      const { name, chart } = stack.resource?.helm_release?.[id] ?? {};
      return `${name} (chart ${chart})`;
    }),
  };
}

/** The release with its chart's folder in place of its repository. */
function placeChart({ repository, chart, ...release }: Resource, charts: string): Resource | undefined {
  if (repository === undefined) return { ...release, chart: LOCAL_CHART };
  // A whole path stays what it is.
  const folder = resolve(charts, String(chart));
  return existsSync(join(folder, "Chart.yaml")) ? { ...release, chart: folder } : undefined;
}

function withoutDependenciesOn(
  gone: ReadonlySet<string>,
  resources: Readonly<Record<string, Record<string, Resource>>>,
): Record<string, Record<string, Resource>> {
  return Object.fromEntries(
    Object.entries(resources).map(([type, byId]) => [
      type,
      Object.fromEntries(
        Object.entries(byId).map(([id, { depends_on, ...resource }]) => {
          const after = depends_on?.filter((address) => !gone.has(address)) ?? [];
          return [id, after.length > 0 ? { ...resource, depends_on: after } : resource];
        }),
      ),
    ]),
  );
}
