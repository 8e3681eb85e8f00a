import type { ITerraformDependable } from "cdktf";
import { getOrThrow } from "../../config/get-or-throw";
import type { InstallRow } from "./release-row";

/**
 * Row by row; a row can only wait for rows above it.
 * @param ready dependencies of everything deployed into a namespace
 */
export function installRows<R extends InstallRow>(
  rows: readonly R[],
  ready: (namespace: string) => readonly ITerraformDependable[],
  install: (row: R, dependsOn: readonly ITerraformDependable[]) => ITerraformDependable,
): void {
  const done: Record<string, ITerraformDependable> = {};
  for (const row of rows) {
    const awaited = row.waitsFor.map((name) => getOrThrow(done, name));
    const namespaces = [row.namespace, ...(row.writesTo ?? [])];
    done[row.name] = install(row, [...namespaces.flatMap(ready), ...awaited]);
  }
}
