import { command, EXIT, SYNTH, start } from "../cli";
import { left, renderTable } from "../table";
import { validateStacks } from "./validate-stacks";

export const validate = command({
  name: "validate",
  summary: "Validates every synthesized stack with the real Terraform and the real providers.",
  options: SYNTH,
  details: [
    "Providers come from wherever your Terraform gets them, by default its public registry; nothing is configured and no state is touched.",
  ],
  exits: { fine: "all valid", refused: "a stack is invalid" },
  run: async ({ synth }) => {
    const stacks = await validateStacks(synth);
    const rows = stacks.map(({ stack, problems }) => [stack, problems.length > 0 ? "INVALID" : "valid"]);
    console.log(renderTable(left("stack", "verdict"), rows));
    for (const { stack, problems } of stacks) for (const problem of problems) console.error(`\n${stack}: ${problem}`);
    return stacks.some(({ problems }) => problems.length > 0) ? EXIT.refused : EXIT.fine;
  },
});

if (require.main === module) void start(validate);
