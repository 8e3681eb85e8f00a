import { join } from "node:path";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";

/** Path of the local chart. It is an asset, so it is copied along with the stack's JSON. */
export function localChart(scope: Construct): string {
  const chart = new TerraformAsset(scope, "chart", {
    path: join(__dirname, "..", "..", "charts", "custom-resources"),
    type: AssetType.DIRECTORY,
  });
  return `./${chart.path}`;
}
