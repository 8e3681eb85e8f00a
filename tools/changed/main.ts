import { command, EXIT, start } from "../cli";
import { changedStacks } from "./changed-stacks";

const changed = command({
  name: "changed",
  summary: "Says which stacks a change changes: compares what was synthesized before and after it.",
  operands: { usage: "BEFORE AFTER", least: 2, most: 2, says: "two folders that npm run synth wrote" },
  options: {},
  details: [
    "Prints the stacks to plan on one line, in the order in which they are deployed; nothing when none changed. A stack that no longer exists is told on standard error: its resources stay until somebody destroys them (docs/runbooks/delivery.md).",
  ],
  exits: { fine: "compared" },
  run: (_options, [before = "", after = ""]) => {
    const { planned, removed } = changedStacks(before, after);
    for (const stack of removed) console.error(`${stack} no longer exists: destroy its resources by hand`);
    console.log(planned.join(" "));
    return EXIT.fine;
  },
});

void start(changed);
