import type { Firing } from "./alertmanager";

/** What goes wrong, five minutes after the start. */
export interface Fault {
  /** Targets that answer no more: what they told ends. @default none */
  readonly isGone?: (labels: Firing) => boolean;
  /** Targets that discovery does not find any more. @default none */
  readonly isVanished?: (labels: Firing) => boolean;
  /** Targets that answer and tell nothing any more. @default none */
  readonly isMute?: (labels: Firing) => boolean;
  /** What a target tells from then on, by metric with its own labels in braces: each 15 s. @default what it told */
  readonly tells?: (labels: Firing) => Readonly<Record<string, string>>;
  /** Nodes that the others see. @default 3 */
  readonly members?: number;
  /** @default every node is */
  readonly isWritable?: (country: string) => boolean;
  /** Why a node is not. @default no-quorum */
  readonly reason?: string;
  /** Countries whose users get errors for half of what they ask. @default none */
  readonly errors?: readonly string[];
  /** Countries whose users get errors for 1 % of what they ask. @default none */
  readonly someErrors?: readonly string[];
  /** Countries whose edges begin to count anew. @default none */
  readonly restarted?: readonly string[];
  /** Countries whose users wait 5 s for the first byte. @default none */
  readonly slow?: readonly string[];
  /** Countries whose users are refused nine times out of ten. @default none */
  readonly refused?: readonly string[];
  /** Countries whose users ask nothing any more. @default none */
  readonly quiet?: readonly string[];
  /** Countries whose app does not answer, so that the next one serves. @default none */
  readonly appIsDown?: readonly string[];
}
