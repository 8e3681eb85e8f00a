import { App } from "cdktf";
import { buildEstate } from "../stacks/estate";
import { estateOf } from "./countries";

// As in main.ts; see there.
Error.captureStackTrace = () => undefined;

/** Synthesizes an estate with the given number of countries. */
const app = new App();
buildEstate(app, estateOf(Number(process.argv[2])));
app.synth();
