import { dump } from "js-yaml";
import type { HelmValues } from "./values/helm-values";

/**
 * Values as YAML: keys unsorted, long lines unwrapped, no references. Words such as `off` are quoted, because Helm
 * reads YAML 1.1, where they are booleans.
 */
export function toYaml(values: HelmValues): string {
  return dump(values, { noRefs: true, lineWidth: -1, quoteStyle: "double" });
}
