import { join } from "node:path";
import { App, type AppConfig, TerraformStack, Tokenization } from "cdktf";
import { resolveLiterals } from "./resolve-literals";
import { writeJson } from "./write-json";

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
    for (const stack of app.node.findAll().filter(TerraformStack.isStack)) writeInPieces(stack);
    app.synth();
  } finally {
    Error.captureStackTrace = captureStackTrace;
    Tokenization.resolve = resolve;
  }
}

/** Leaves everything but the writing of the stack's JSON to cdktf. */
function writeInPieces(stack: TerraformStack): void {
  const { synthesizer } = stack;
  const toTerraform = stack.toTerraform.bind(stack);
  stack.synthesizer = {
    synthesize(session) {
      const { synthesizedStackPath: path } = session.manifest.forStack(stack);
      if (!path.endsWith(".json")) return synthesizer.synthesize(session);
      stack.toTerraform = () => ({});
      synthesizer.synthesize(session);
      stack.toTerraform = toTerraform;
      writeJson(join(session.outdir, path), toTerraform());
    },
  };
}
