import { join } from "node:path";
import { App, type AppConfig, TerraformStack, Tokenization } from "cdktf";
import { RefusedError } from "../config/refused-error";
import { resolveLiterals } from "./resolve-literals";
import { writeJson } from "./write-json";

/** Writes the stacks that `build` makes in an app, as cdktf does, at half of the cost. */
export function synthesize(build: (app: App) => unknown, config: AppConfig = {}): void {
  const { captureStackTrace } = Error;
  const { resolve } = Tokenization;
  // cdktf records one for every construct and token: more than half of what a resource costs. Errors keep theirs.
  Error.captureStackTrace = () => undefined;
  Tokenization.resolve = (value, options) => resolveLiterals(value, { ...options, preparing: true });
  try {
    const app = new App(config);
    build(app);
    app.crossStackReference = refuseReference;
    for (const stack of app.node.findAll().filter(TerraformStack.isStack)) {
      prepareWhileWriting(stack);
      writeInPieces(stack);
    }
    app.synth();
  } finally {
    Error.captureStackTrace = captureStackTrace;
    Tokenization.resolve = resolve;
  }
}

/**
 * cdktf resolves everything once before it writes anything, only to find references between stacks. There are none: whatever
 * is resolved to be written would find one, and is refused.
 */
function prepareWhileWriting(stack: TerraformStack): void {
  stack.prepareStack = () => stack.ensureBackendExists();
}

function refuseReference(from: TerraformStack, to: TerraformStack, identifier: string): never {
  const problem = `stack ${to.node.id} refers to ${identifier} of ${from.node.id}: pass it on by StackOutputs`;
  throw new RefusedError("a reference between stacks", [problem]);
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
