import { buildEstate } from "../stacks/estate";
import { synthesize } from "../stacks/synthesize";
import { estateOf } from "./countries";

/** Synthesizes an estate with the given number of countries. */
synthesize((app) => buildEstate(app, estateOf(Number(process.argv[2]))));
