import type { TerraformCloud } from "../config/delivery";

/** Settings that every stack has. */
export interface StackSettings {
  /** Id of the environment's project. */
  readonly project: string;
  readonly environment: string;
  /** Where the state is kept. @default files under `state/` */
  readonly terraformCloud?: TerraformCloud;
}
