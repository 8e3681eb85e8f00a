import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian keeps servers here, outside an ordinary user's search path. */
const SERVER_DIRECTORIES = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Path of a program, or undefined if it is not installed. */
export function findProgram(name: string, searchPath: string): string | undefined {
  const directories = [...searchPath.split(delimiter).filter((directory) => directory !== ""), ...SERVER_DIRECTORIES];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
