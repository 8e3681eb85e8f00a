import { App } from "cdktf";
import { buildEstate } from "../stacks/estate";
import { estateOf } from "./countries";

// As main.ts does; see there.
Error.captureStackTrace = () => undefined;

/** Synthesizes an estate of as many countries as the argument says. */
const app = new App();
buildEstate(app, estateOf(Number(process.argv[2])));
app.synth();
