/** Refused input: all its problems at once, a line each, with the value and the remedy. Its message is for people. */
export class RefusedError extends Error {
  constructor(what: string, problems: readonly string[]) {
    super(`${what} is refused:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "RefusedError";
  }
}
