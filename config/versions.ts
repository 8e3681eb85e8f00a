/** Versions that are chosen here, in one place. Those of npm packages are in package.json. */
export const versions = {
  /** Oldest Terraform: write-only arguments and ephemeral resources came with 1.11. */
  terraform: ">= 1.11",
  /** Debian 12 ships HAProxy 2.6, for which the edge's config is written and tested. */
  edgeImage: "projects/debian-cloud/global/images/family/debian-12",
  /** Debian 12 ships MariaDB 10.11 with Galera 4. */
  databaseImage: "projects/debian-cloud/global/images/family/debian-12",
} as const;
