/** Minimum number of seconds after which clients are asked to retry when no country can serve. */
const RETRY_AFTER_SECONDS = 15;

/** Period over which rates are counted. */
const RATE_SECONDS = 10;

interface Page {
  readonly english: { readonly title: string; readonly text: string };
  readonly indonesian: string;
}

const UNAVAILABLE: Page = {
  english: {
    title: "We will be back in a moment",
    text: "The shop cannot be reached just now. Please try again shortly.",
  },
  indonesian: "Toko sedang tidak dapat diakses. Silakan coba lagi sebentar lagi.",
};

const TOO_MANY: Page = {
  english: {
    title: "Too many requests",
    text: "The shop was asked for too much at once. Please wait ten seconds and try again.",
  },
  indonesian: "Terlalu banyak permintaan sekaligus. Silakan tunggu sepuluh detik lalu coba lagi.",
};

/**
 * Served by the edge itself, so they must not depend on anything that may be down. A config line holds 2,048
 * characters.
 */
export function errorPages(): string[] {
  return [
    errorPage(429, TOO_MANY, RATE_SECONDS),
    ...[502, 503, 504].map((status) => errorPage(status, UNAVAILABLE, RETRY_AFTER_SECONDS)),
  ];
}

function errorPage(status: number, { english, indonesian }: Page, retryAfterSeconds: number): string {
  const html = [
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width>",
    `<title>${english.title}</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style>`,
    `<h1>${english.title}</h1><p>${english.text}</p><p lang=id>${indonesian}</p>`,
  ].join("");
  return `http-error status ${status} content-type "text/html; charset=utf-8" string "${html}" hdr Retry-After ${retryAfterSeconds} hdr Cache-Control no-store`;
}
