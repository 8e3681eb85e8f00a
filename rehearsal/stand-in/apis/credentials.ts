import type { SpecialCases } from "../special-case";

const HOUR_MS = 3_600_000;

/** Logs in as another identity. The token is of no use anywhere else. */
export const credentials: SpecialCases = {
  methods: {
    "iamcredentials.projects.serviceAccounts.generateAccessToken": ({ path }) => ({
      accessToken: `rehearsal-${path.split("/").pop()?.replace(":generateAccessToken", "")}`,
      expireTime: new Date(Date.now() + HOUR_MS).toISOString(),
    }),
  },
};
