import type { SpecialCases } from "../special-case";

export const secretManager: SpecialCases = {
  created: {
    // Answers with the project's number, whatever it was asked with.
    Secret: ({ body, path }, { cloud: { project } }) => {
      if (body.ttl) {
        body.expireTime = new Date(Date.now() + Number.parseFloat(body.ttl) * 1000).toISOString();
        delete body.ttl;
      }
      body.name = path.replace(`projects/${project.id}/`, `projects/${project.number}/`);
    },
  },
};
