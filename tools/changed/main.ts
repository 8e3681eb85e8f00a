import { command, EXIT, start } from "../cli";
import { changedStacks } from "./changed-stacks";

export const changed = command({
  name: "changed",
  summary: "Lists the stacks that a change affects, by comparing two outputs of synthesis.",
  operands: { usage: "BEFORE AFTER", least: 2, most: 2, says: "two outputs of npm run synth" },
  options: {},
  details: [
    "Prints the stacks to plan on one line, in deployment order; nothing if none changed. Stacks that no longer exist are reported on standard error: their resources stay until somebody destroys them (docs/runbooks/delivery.md).",
  ],
  exits: { fine: "compared" },
  run: (_options, [before = "", after = ""]) => {
    const { planned, removed } = changedStacks(before, after);
    for (const stack of removed) console.error(`${stack} no longer exists: destroy its resources by hand`);
    console.log(planned.join(" "));
    return EXIT.fine;
  },
});

if (require.main === module) void start(changed);
