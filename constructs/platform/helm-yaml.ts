import { stringify } from "yaml";
import type { HelmValues } from "./values/helm-values";

/**
 * Values as YAML: keys as they were written, long lines whole, nothing by reference. Of version 1.1, as Helm reads it:
 * to that, an unquoted `off` is no word.
 */
export function toYaml(values: HelmValues): string {
  return stringify(values, { version: "1.1", aliasDuplicateObjects: false, lineWidth: 0 });
}
