import { sleepMs } from "../time";
import type { View } from "./probe";
import type { Node } from "./stage";

/** Every node's view of itself at about the same time; undefined if it did not respond. */
export interface Sample {
  readonly atMs: number;
  readonly views: Readonly<Record<string, View | undefined>>;
}

const EVERY_MS = 200;

/** Queries every node's view of the cluster, five times a second, until stopped. */
export class Sampler {
  private readonly samples: Sample[] = [];
  private wanted = true;
  private readonly loop: Promise<void>;

  constructor(private readonly nodes: readonly Node[]) {
    this.loop = this.run();
  }

  async stop(): Promise<readonly Sample[]> {
    this.wanted = false;
    await this.loop;
    return this.samples;
  }

  private async run(): Promise<void> {
    while (this.wanted) {
      const atMs = performance.now();
      const views = await Promise.all(
        this.nodes.map(async ({ instance, probe }) => [instance.name, await probe.view()] as const),
      );
      this.samples.push({ atMs, views: Object.fromEntries(views) });
      await sleepMs(Math.max(0, atMs + EVERY_MS - performance.now()));
    }
  }
}

/**
 * Two groups of nodes that both considered themselves primary at the same moment, if any. A node that still has the view
 * from before a split overlaps with both sides and cannot commit anything, so only groups without a common member count.
 */
export function twoPrimaries({ views }: Sample): readonly [readonly string[], readonly string[]] | undefined {
  const groups = Object.values(views).flatMap((view) =>
    view?.status === "Primary" && view.members.length > 0 ? [view.members] : [],
  );
  for (const one of groups) {
    const other = groups.find((candidate) => !candidate.some((name) => one.includes(name)));
    if (other) return [one, other];
  }
  return undefined;
}
