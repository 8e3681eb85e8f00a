import { command, EXIT, SYNTH, start } from "../cli";
import { CHECKOV_VERSION, REMEDY, scanStacks } from "./scan-stacks";

export const scan = command({
  name: "scan",
  summary: `Scans the synthesized stacks with checkov ${CHECKOV_VERSION} and refuses every failure without a recorded reason.`,
  options: SYNTH,
  details: [
    `Checkov comes from PyPI: ${REMEDY}. Accepted failures, with their reasons, are in tools/scan/exceptions.ts. Nothing is sent anywhere.`,
  ],
  exits: { fine: "every failure has a reason", refused: "one has none, or a reason matches no failure" },
  run: async ({ synth }) => {
    const { tables, problems } = await scanStacks(synth);
    console.log(tables);
    for (const problem of problems) console.error(problem);
    return problems.length > 0 ? EXIT.refused : EXIT.fine;
  },
});

if (require.main === module) void start(scan);
