import { engineVersions, isInside, runInside } from "../../tools/engines/engines";
import { VRL } from "../../tools/engines/vrl";
import { getWheelFiles } from "../../tools/engines/wheel-files";
import makeCache from "./synth-cache";

/** Runs jest again in the engine root, before the first test, and ends this one with its status. */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default async function insideEngines(): Promise<void> {
  if (isInside(process.env)) {
    process.stderr.write(engineVersions());
    makeCache();
    return;
  }
  try {
    getWheelFiles(process.env, VRL);
    process.exit(await runInside(process.env, [process.execPath, ...process.execArgv, ...process.argv.slice(1)]));
  } catch (error) {
    makeCache();
    // What asks for no engine is tested all the same; what does, says this again.
    process.stderr.write(`${(error as Error).message}\n`);
  }
}
