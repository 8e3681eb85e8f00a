import { commandGroup, start } from "../tools/cli";
import { isInside, runInside } from "../tools/engines/engines";
import type { DrillHost } from "./command";
import { countryCommand } from "./country/command";
import { dataCommand } from "./data/command";
import { edgeCommand } from "./edge/command";
import { queueCommand } from "./queue/command";

const again = () => runInside(process.env, [process.execPath, ...process.execArgv, ...process.argv.slice(1)]);

const host: DrillHost = {
  searchPath: process.env.PATH ?? "",
  enterEngines: isInside(process.env) ? undefined : again,
};

export const drill = commandGroup("drill", "Breaks the synthesized systems under load, and checks their promises.", {
  edge: edgeCommand(host),
  data: dataCommand(host),
  queue: queueCommand(host),
  country: countryCommand(host),
});

// A restarted drill listens to the outer one: that alone must not keep it alive.
if (require.main === module) void start(drill).then(() => process.exit());
