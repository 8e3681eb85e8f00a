import { planAddresses } from "../../../config/address-plan";
import { INGRESS_CONTROLLERS } from "../../../config/topology-schema";
import type { ReleaseRow } from "../../../constructs/kubernetes/release-row";
import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import { releaseRows } from "../../../constructs/platform/release-rows";
import { appClusterSettings } from "../../../settings/app-cluster";
import { threeCountries } from "../../support/topologies";

const settings = appClusterSettings(threeCountries, planAddresses(threeCountries), "indonesia");

const tables = INGRESS_CONTROLLERS.map((controller) =>
  releaseRows({ ...settings, ingress: { ...settings.ingress, controller } }).filter(
    (row): row is ReleaseRow => "chart" in row,
  ),
);

/** What runs in Indonesia's app cluster in production, by either ingress controller. */
export const releases: readonly ReleaseRow[] = [
  ...(tables[0] ?? []),
  ...(tables[1] ?? []).filter(({ name }) => name === "ingress"),
];

/** The values of the one release of a chart, or of a name. */
export function valuesOf(name: string): HelmValues {
  const found = releases.find((release) => release.name === name || release.chart === name);
  if (!found) throw new Error(`no release is called "${name}"`);
  return found.values;
}
