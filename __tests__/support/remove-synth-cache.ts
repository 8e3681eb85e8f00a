// biome-ignore lint/style/noDefaultExport: jest asks for it
export { removeCache as default } from "./synth-cache";
