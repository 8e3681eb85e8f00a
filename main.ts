import { App } from "cdktf";
import { environmentNamed } from "./config/environments";
import { RefusedError } from "./config/refused-error";
import { buildEstate } from "./stacks/estate";

// cdktf records a stack trace for every construct and token: more than half of what a resource costs. Errors keep theirs.
Error.captureStackTrace = () => undefined;

try {
  // Also decides where the state is kept: in files, or by delivery.terraformCloud.
  const topology = environmentNamed(process.env.MATCHWATCH_ENVIRONMENT ?? "production");
  const app = new App();
  buildEstate(app, topology);
  app.synth();
} catch (error) {
  console.error(error instanceof RefusedError ? error.message : error);
  process.exitCode = 1;
}
