/** Labels of letters, digits and hyphens, two or more, the last of which begins with a letter. */
export const DNS_NAME = /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])$/;

/** Host names put up to 48 characters before the domain (`hosts.internal`), and DNS takes 253. */
const MAXIMUM_DOMAIN = 200;

/** What to do about an apex domain; "" when it may be used. */
export function domainRemedy(domain: string): string {
  if (!DNS_NAME.test(domain)) {
    return "use a DNS name of two or more labels without a trailing dot, such as jamtangan.com";
  }
  return domain.length > MAXIMUM_DOMAIN ? `use at most ${MAXIMUM_DOMAIN} characters, host names are longer still` : "";
}

/**
 * What to do about a project id; "" when it may be used. Google keeps `google` and `ssl` from project ids, and from
 * bucket names, which begin with it, `google` and a leading `goog`.
 */
export function projectIdRemedy(id: string): string {
  if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(id)) {
    return "use the project's id: 6 to 30 lower-case letters, digits and hyphens";
  }
  return /^goog|google|ssl/.test(id) ? "use an id without google and ssl, which Google keeps to itself" : "";
}

/**
 * What to do about an image; "" when it may be used. A name alone, or `latest`, is another image tomorrow; a name without
 * a registry is whatever the node takes it for.
 */
export function imageRemedy(image: string): string {
  const [, tag] =
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:\/[a-z0-9._-]+)+(?::(\w[\w.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?$/.exec(
      image,
    ) ?? ["", "latest"];
  return tag === "latest" || (!tag && !image.includes("@"))
    ? "write registry/name:tag or registry/name@sha256:…, with a tag that is never moved (not latest)"
    : "";
}
