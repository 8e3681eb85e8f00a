/** How long a page is, and whether its length is told before it. */
export interface PageSize {
  readonly bytes: number;
  /** Otherwise it comes in chunks, as every page that is made or compressed on the way. */
  readonly isTold: boolean;
}

const [SMALL, MIDDLE, LARGE] = [1000, 100_000, 10_000_000];

/** Mostly small; one in ten large, and one in three hundred very large. Every other one with its length. */
export function pageSizeOf(number: number): PageSize {
  const bytes = number % 300 === 7 ? LARGE : number % 10 === 4 ? MIDDLE : SMALL;
  return { bytes, isTold: Math.floor(number / 7) % 2 === 0 };
}

/** A page's path says what it is to be: `/watches/whole-1000/ID` or `/watches/chunked-1000/ID`. */
export function pagePath({ bytes, isTold }: PageSize, id: string): string {
  return `/watches/${isTold ? "whole" : "chunked"}-${bytes}/${id}`;
}

/** What a path asks for; undefined for any other path. */
export function bodySize(path: string): PageSize | undefined {
  const [, way, bytes] = /^\/watches\/(whole|chunked)-(\d+)\//.exec(path) ?? [];
  return way === undefined ? undefined : { bytes: Number(bytes), isTold: way === "whole" };
}
