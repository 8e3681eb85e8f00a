import { environmentNamed } from "./config/environments";
import { RefusedError } from "./config/refused-error";
import { buildEstate } from "./stacks/estate";
import { synthesize } from "./stacks/synthesize";

try {
  // Also decides where the state is kept: in files, or by delivery.terraformCloud.
  const topology = environmentNamed(process.env.MATCHWATCH_ENVIRONMENT ?? "production");
  synthesize((app) => buildEstate(app, topology));
} catch (error) {
  console.error(error instanceof RefusedError ? error.message : error);
  process.exitCode = 1;
}
