import { App, type AppConfig, Tokenization } from "cdktf";
import { resolveLiterals } from "./resolve-literals";

/** Writes the stacks that `build` makes in an app, as cdktf does, at half of the cost. */
export function synthesize(build: (app: App) => unknown, config: AppConfig = {}): void {
  const { captureStackTrace } = Error;
  const { resolve } = Tokenization;
  // cdktf records one for every construct and token: more than half of what a resource costs. Errors keep theirs.
  Error.captureStackTrace = () => undefined;
  Tokenization.resolve = resolveLiterals;
  try {
    const app = new App(config);
    build(app);
    app.synth();
  } finally {
    Error.captureStackTrace = captureStackTrace;
    Tokenization.resolve = resolve;
  }
}
