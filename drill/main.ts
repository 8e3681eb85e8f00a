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

const drill = commandGroup("drill", "Breaks what is synthesized under load, and says whether promises are kept.", {
  edge: edgeCommand(host),
  data: dataCommand(host),
  queue: queueCommand(host),
  country: countryCommand(host),
});

// A drill that started itself again listens to the outer one: that alone keeps no drill alive.
void start(drill).then(() => process.exit());
