import type { charts } from "../../config/versions";
import type { HelmValues } from "./values/helm-values";

/** One installation step: the fields that rows of every table of releases have. */
export interface InstallRow {
  /** The name that other rows refer to. */
  readonly name: string;
  readonly namespace: string;
  /** Other namespaces that it creates objects in, which must exist first. @default none */
  readonly writesTo?: readonly string[];
  /** Rows above that must be ready first, and are destroyed later. */
  readonly waitsFor: readonly string[];
}

/** One Helm release. */
export interface ReleaseRow extends InstallRow {
  /**
   * Helm's name for it. Renaming replaces the release: the old one is removed before the new one is installed. @default
   * `name`
   */
  readonly release?: string;
  /** Its repository and version are in `config/versions.ts`; `custom-resources` is the local chart. */
  readonly chart: keyof typeof charts | "custom-resources";
  readonly values: HelmValues;
  /** Whether a failed release may be uninstalled. @default false */
  readonly stateless?: boolean;
  /** Whether later rows wait until its pods are ready. @default true */
  readonly waits?: boolean;
  /** Whether to skip the chart's `crds/`. @default false */
  readonly skipCrds?: boolean;
}
