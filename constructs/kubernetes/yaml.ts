import { dump } from "js-yaml";
import { escapeTemplate } from "../escape-template";
import type { HelmValues } from "./values/helm-values";

/**
 * Values as YAML: keys unsorted, long lines unwrapped, no references. Words such as `off` are quoted, because Helm
 * reads YAML 1.1, where they are booleans.
 */
export function toYaml(values: HelmValues): string {
  return dump(values, { noRefs: true, lineWidth: -1, quoteStyle: "double" });
}

const rendered = new WeakSet<readonly string[]>();

/** Values as a Helm release takes them, with template markers escaped. */
export function renderValues(values: HelmValues): string[] {
  const texts = [escapeTemplate(toYaml(values))];
  rendered.add(texts);
  return texts;
}

/** Whether these texts come from `renderValues`, so are YAML for certain. */
export function isRendered(texts: readonly string[]): boolean {
  return rendered.has(texts);
}
