import { join } from "node:path";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { entry } from "../../config/entry";

/** What every table of releases says of its rows. */
export interface Row {
  readonly name: string;
  readonly namespace: string;
  /** Rows above that must be ready before it, and are destroyed after it. */
  readonly waitsFor: readonly string[];
}

/**
 * Row by row; a row can only wait for one above it.
 *
 * @param ready what whoever is put into a namespace depends on
 */
export function installRows<R extends Row>(
  rows: readonly R[],
  ready: (namespace: string) => readonly ITerraformDependable[],
  install: (row: R, dependsOn: readonly ITerraformDependable[]) => ITerraformDependable,
): void {
  const done: Record<string, ITerraformDependable> = {};
  for (const row of rows) {
    const awaited = row.waitsFor.map((name) => entry(done, name));
    done[row.name] = install(row, [...ready(row.namespace), ...awaited]);
  }
}

/** Path of the local chart. As an asset it goes wherever the stack's JSON goes. */
export function localChart(scope: Construct): string {
  const chart = new TerraformAsset(scope, "chart", {
    path: join(__dirname, "..", "..", "charts", "custom-resources"),
    type: AssetType.DIRECTORY,
  });
  return `./${chart.path}`;
}
