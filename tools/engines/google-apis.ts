import { versions } from "../../config/versions";
import { DOCUMENTS } from "../../rehearsal/stand-in/descriptions";
import type { Environment } from "./engines";
import { getWheelFiles, type Wheel, wheelFolder } from "./wheel-files";

const { version, sha256 } = versions.googleApis;

/** Discovery documents of Google's APIs. */
const GOOGLE_APIS: Wheel = {
  name: "google-apis",
  package: "google-api-python-client",
  version,
  sha256: [sha256],
  paths: DOCUMENTS.map((name) => `googleapiclient/discovery_cache/documents/${name}.json`),
};

/** Folder of Google's API descriptions. */
export function googleApisFolder(environment: Environment): string {
  return wheelFolder(environment, GOOGLE_APIS);
}

/**
 * Downloads Google's API descriptions unless they exist.
 * @returns their folder
 * @throws CannotTell that says why they could not be downloaded
 */
export function getGoogleApis(environment: Environment): string {
  return getWheelFiles(environment, GOOGLE_APIS);
}
