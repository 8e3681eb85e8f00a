import { closeSync, existsSync, openSync, readSync } from "node:fs";

/** A request that reached a country. */
export interface Execution {
  readonly method: string;
  readonly id: string;
  /** Client address that the ingress was told in the PROXY header. */
  readonly client: string;
  /** What the app was about to answer: with 200 it was executed. */
  readonly status: number;
}

/** A line is written before the answer, so a killed app has told of all that it did. */
export function ledgerLine({ method, id, client, status }: Execution): string {
  return `${method} ${id} ${client} ${status}\n`;
}

export function parseLedger(text: string): Execution[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [method = "", id = "", client = "", status] = line.split(" ");
      return { method, id, client, status: Number(status) };
    });
}

/** Reads a growing ledger piece by piece. */
export class LedgerReader {
  private position = 0;

  constructor(private readonly file: string) {}

  /** What was executed since the last call. */
  readNew(): Execution[] {
    if (!existsSync(this.file)) return [];
    const descriptor = openSync(this.file, "r");
    const pieces: Buffer[] = [];
    const piece = Buffer.alloc(1 << 20);
    for (;;) {
      const bytes = readSync(descriptor, piece, 0, piece.length, this.position);
      if (bytes === 0) break;
      pieces.push(Buffer.from(piece.subarray(0, bytes)));
      this.position += bytes;
    }
    closeSync(descriptor);
    return parseLedger(Buffer.concat(pieces).toString("utf8"));
  }
}
