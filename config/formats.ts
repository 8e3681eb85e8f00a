/** Two or more labels of letters, digits and hyphens; the last begins with a letter. */
export const DNS_NAME = /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])$/;

/** Host names add up to 48 characters in front of the domain (`hosts.internal`), and DNS allows 253. */
const MAXIMUM_DOMAIN = 200;

/** What to change about an apex domain; "" when it is fine. */
export function domainRemedy(domain: string): string {
  if (!DNS_NAME.test(domain)) {
    return "use a DNS name of two or more labels without a trailing dot, such as jamtangan.com";
  }
  return domain.length > MAXIMUM_DOMAIN ? `use at most ${MAXIMUM_DOMAIN} characters, host names are longer still` : "";
}

/**
 * What to change about a project id; "" when it is fine. Google reserves `google` and `ssl` in project ids, and also a
 * leading `goog` in bucket names, which start with the id.
 */
export function projectIdRemedy(id: string): string {
  if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(id)) {
    return "use the project's id: 6 to 30 lower-case letters, digits and hyphens";
  }
  return /^goog|google|ssl/.test(id) ? "use an id without google and ssl, which Google reserves" : "";
}

/**
 * What to change about an image; "" when it is fine. An image without a tag, or with `latest`, changes under us; without
 * a registry, the node's default decides.
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
