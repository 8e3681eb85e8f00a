/** Refused input: all problems at once, one per line, each with value and remedy. The message is meant for people. */
export class RefusedError extends Error {
  constructor(what: string, problems: readonly string[]) {
    super(`${what} is refused:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "RefusedError";
  }
}
