/** The CA that certificates are ordered from: its name in CAA records, and the address of its ACME directory. */
export const ACME = {
  authority: "letsencrypt.org",
  directory: "https://acme-v02.api.letsencrypt.org/directory",
} as const;
