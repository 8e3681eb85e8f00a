import type { SpecialCases } from "../special-case";

export const secretManager: SpecialCases = {
  created: {
    // Answers with the project's number, whatever it was asked with.
    Secret: ({ body, path }, { cloud: { project } }) => {
      body.name = path.replace(`projects/${project.id}/`, `projects/${project.number}/`);
    },
  },
};
