import type { AlertCase } from "./alert-cases/alert-case";
import { APP_CASES } from "./alert-cases/app";
import { DATABASE_CASES } from "./alert-cases/database";
import { EDGE_CASES } from "./alert-cases/edge";
import { OBJECTIVES_CASES } from "./alert-cases/objectives";
import { SITE_CASES } from "./alert-cases/site";

/** By the alert's name. The watchdog always fires and has a test of its own. */
export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  ...OBJECTIVES_CASES,
  ...EDGE_CASES,
  ...APP_CASES,
  ...DATABASE_CASES,
  ...SITE_CASES,
};
