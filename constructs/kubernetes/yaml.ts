import { dump } from "js-yaml";
import type { HelmValues } from "./values/helm-values";

/**
 * Values as YAML: keys as they were written, long lines whole, nothing by reference. Words such as `off` are
 * quoted: Helm reads version 1.1, to which they are none.
 */
export function toYaml(values: HelmValues): string {
  return dump(values, { noRefs: true, lineWidth: -1, quoteStyle: "double" });
}
