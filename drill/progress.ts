import type { WriteStream } from "node:tty";

export type Outcome = "kept" | "broken" | "skipped";

const SIGNS: Record<Outcome, { readonly sign: string; readonly colour: number }> = {
  kept: { sign: "✓", colour: 32 },
  broken: { sign: "✗", colour: 31 },
  skipped: { sign: "–", colour: 33 },
};

/** Reports progress: one line per finished step and, on a terminal, the current step. */
export class Progress {
  constructor(private readonly stream: WriteStream) {}

  /** The current step; replaced by the next output. */
  running(text: string): void {
    if (this.stream.isTTY) this.stream.write(`\r\x1b[K… ${text}`);
  }

  done(outcome: Outcome, text: string): void {
    const { sign, colour } = SIGNS[outcome];
    this.stream.write(this.stream.isTTY ? `\r\x1b[K\x1b[${colour}m${sign}\x1b[0m ${text}\n` : `${sign} ${text}\n`);
  }
}
