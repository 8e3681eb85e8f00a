import type { SpecialCases } from "../special-case";

export const iam: SpecialCases = {
  defaults: { WorkloadIdentityPool: { state: "ACTIVE" }, WorkloadIdentityPoolProvider: { state: "ACTIVE" } },
  ids: {
    ServiceAccount: (_, { body, cloud }) => `${body.accountId}@${cloud.project.id}.iam.gserviceaccount.com`,
  },
  methods: {
    "iam.projects.serviceAccounts.disable": ({ cloud, path }) => {
      cloud.must("iam", path.replace(/:disable$/, "")).body.disabled = true;
      return {};
    },
    "iam.projects.serviceAccounts.enable": ({ cloud, path }) => {
      cloud.must("iam", path.replace(/:enable$/, "")).body.disabled = false;
      return {};
    },
  },
  created: {
    ServiceAccount: ({ body, path }, { cloud }) => {
      const email = path.split("/").pop();
      Object.assign(body, { name: path, email, projectId: cloud.project.id, oauth2ClientId: body.uniqueId });
    },
  },
};
