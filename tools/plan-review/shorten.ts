import { folded } from "./markdown";

/** A block that may be cut or left out. */
export interface Optional {
  readonly summary: string;
  readonly lines: readonly string[];
  /** Of the fence. */
  readonly language: string;
}

/** GitHub takes 65,536 characters in a comment; the rest is for what a workflow puts around it. */
export const MAX_CHARACTERS = 64_000;
/** No block alone takes the place of all others. */
const MAX_BLOCK = 12_000;
/** A shorter rest of a block tells nothing. */
const MIN_BLOCK = 400;
/** For the words on what was left out. */
const RESERVE = 200;

/**
 * Text that is kept whole, with as many of the blocks as fit behind it, and a word on what was left out.
 * What is kept whole may exceed the limit by itself: a verdict is never cut.
 */
export function shorten(whole: string, blocks: readonly Optional[], footer: string, limit = MAX_CHARACTERS): string {
  const kept: string[] = [];
  let left = limit - whole.length - footer.length - RESERVE;
  let dropped = 0;
  for (const block of blocks) {
    const text = left < MIN_BLOCK ? undefined : cut(block, Math.min(left, MAX_BLOCK));
    if (text === undefined) dropped += 1;
    else {
      kept.push(text);
      left -= text.length + 2;
    }
  }
  const note =
    dropped > 0 ? [`*${dropped} more folded blocks are left out, or this would be too long for a comment.*`] : [];
  return `${[whole, ...kept, ...note, footer].join("\n\n")}\n`;
}

/** The block in at most so many characters; undefined when nothing telling fits. */
function cut({ summary, lines, language }: Optional, room: number): string | undefined {
  const all = folded(summary, lines, language);
  if (all.length <= room) return all;
  // The fence may have to be longer than the usual one: taken from the whole, so never too short.
  let space = room - (all.length - lines.join("\n").length) - 60;
  const fitting: string[] = [];
  for (const line of lines) {
    space -= line.length + 1;
    if (space < 0) break;
    fitting.push(line);
  }
  if (fitting.length === 0) return undefined;
  return folded(summary, [...fitting, `... ${lines.length - fitting.length} more lines are left out`], language);
}
