import type { charts } from "../../config/versions";
import type { HelmValues } from "./values/helm-values";

/** One step of an installation: what every table of releases says of its rows. */
export interface InstallRow {
  /** What the others know it by. */
  readonly name: string;
  readonly namespace: string;
  /** Other namespaces that it writes objects into, which must be there before it. @default none */
  readonly writesTo?: readonly string[];
  /** Rows above that must be ready before it, and are destroyed after it. */
  readonly waitsFor: readonly string[];
}

/** One Helm release. */
export interface ReleaseRow extends InstallRow {
  /** What Helm knows it by. Another name replaces the release: the old one goes before the new one comes. @default `name` */
  readonly release?: string;
  /** Its repository and version are in `config/versions.ts`; `custom-resources` is the local chart. */
  readonly chart: keyof typeof charts | "custom-resources";
  readonly values: HelmValues;
  /** Whether a release that fails may be removed again. @default false */
  readonly stateless?: boolean;
  /** Whether the rows after it wait until its pods are ready. @default true */
  readonly waits?: boolean;
  /** Leaves out what the chart has in `crds/`. @default false */
  readonly skipCrds?: boolean;
}
