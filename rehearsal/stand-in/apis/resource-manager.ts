import type { SpecialCases } from "../special-case";

export const resourceManager: SpecialCases = {
  // The project was made by hand.
  catalogue: ({ project }) => ({
    projectId: project.id,
    projectNumber: project.number,
    name: project.id,
    lifecycleState: "ACTIVE",
  }),
};
