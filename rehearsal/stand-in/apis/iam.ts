import type { SpecialCases } from "../special-case";

export const iam: SpecialCases = {
  defaults: { WorkloadIdentityPool: { state: "ACTIVE" }, WorkloadIdentityPoolProvider: { state: "ACTIVE" } },
  ids: {
    ServiceAccount: (_, { body, cloud }) => `${body.accountId}@${cloud.project.id}.iam.gserviceaccount.com`,
  },
  created: {
    ServiceAccount: ({ body, path }, { cloud }) => {
      const email = path.split("/").pop();
      Object.assign(body, { name: path, email, projectId: cloud.project.id, oauth2ClientId: body.uniqueId });
    },
  },
};
