import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { versions } from "../../config/versions";
import { DOCUMENTS } from "../../rehearsal/stand-in/descriptions";
import { CannotTell } from "../cli";

type Environment = Readonly<Record<string, string | undefined>>;

/** Folder of Google's API descriptions: next to the engine root, in the user's cache folder. */
export function googleApisFolder(environment: Environment): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = environment.ENGINES_CACHE || join(cache, "matchwatch/engines");
  return join(folder, `google-apis-${versions.googleApis.version}`);
}

/**
 * Downloads Google's API descriptions unless they exist.
 * @returns their folder
 * @throws CannotTell that says why they could not be downloaded
 */
export function getGoogleApis(environment: Environment): string {
  const folder = googleApisFolder(environment);
  if (DOCUMENTS.every((name) => existsSync(join(folder, `${name}.json`)))) return folder;
  const { version, sha256 } = versions.googleApis;
  const script = join(__dirname, "get-google-apis.sh");
  const { status } = spawnSync("bash", [script, folder, version, sha256, ...DOCUMENTS], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new CannotTell("Google's API descriptions could not be downloaded: see above");
  return folder;
}
