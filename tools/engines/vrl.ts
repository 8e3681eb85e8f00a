import { versions } from "../../config/versions";
import type { Wheel } from "./wheel-files";

/** Compiler and runtime of Vector's language, as a Python module: Debian has no Vector. */
export const VRL: Wheel = {
  name: "vrl",
  package: "vector-vrl",
  ...versions.vectorVrl,
  paths: ["vector_vrl/_bindings/vector_bindings.abi3.so"],
};
