import { stackFile } from "../../tools/synthesized/stacks";
import { readMetadata } from "../synthesized";

/** One database machine as Terraform would create it. */
export interface DatabaseInstance {
  readonly country: string;
  /** Name of the node in the cluster. */
  readonly name: string;
  readonly address: string;
  readonly metadata: Readonly<Record<(typeof KEYS)[number], string>>;
}

const KEYS = [
  ...["startup-script", "mariadb-cnf", "database-environment", "galera-lib"],
  ...["galera-start", "galera-credentials", "galera-health", "galera-backup", "galera-alter"],
  ...["machine-logs", "machine-logs-environment", "machine-logs-rsyslog"],
] as const;

/**
 * Size-dependent settings, scaled down because all servers share one machine. Nothing else in the configuration changes
 * except paths.
 */
export const SCALED: Readonly<Record<string, string>> = {
  innodb_buffer_pool_size: "256M",
  innodb_log_file_size: "96M",
  "gcache.size": "128M",
};

/**
 * Every database machine of a country.
 * @param synth output folder of `npm run synth`
 * @throws Error that says what to run when there is no stack
 */
export function readDatabaseInstances(synth: string, country: string): DatabaseInstance[] {
  return readMetadata(synth, country, "google_compute_instance", KEYS).map((metadata) => {
    const setting = settingsReader(metadata["database-environment"], stackFile(synth, `region-${country}`));
    return {
      country,
      name: setting("NODE"),
      address: setting("ADDRESS"),
      metadata: { ...metadata, "mariadb-cnf": scaleDown(metadata["mariadb-cnf"]) },
    };
  });
}

/** Reads a value of the machine's environment by its name without `DATABASE_`. */
export function settingsReader(settings: string, file: string): (name: string) => string {
  return (name) => {
    const value = new RegExp(`^DATABASE_${name}="(.*)"$`, "m").exec(settings)?.[1];
    if (value === undefined) throw new Error(`${file} does not set DATABASE_${name}: run \`npm run synth\` again`);
    return value;
  };
}

/** The configuration with the sizes of `SCALED`. @throws Error unless each occurs in it exactly once */
export function scaleDown(config: string): string {
  return Object.entries(SCALED).reduce((text, [option, size]) => {
    const setting = new RegExp(`(?<=(?:^|[;"])${option.replace(".", "\\.")} ?= ?)\\d+[MG]`, "gm");
    const found = text.match(setting)?.length ?? 0;
    if (found !== 1) throw new Error(`${option} occurs ${found} times in the configuration, not once`);
    return text.replace(setting, size);
  }, config);
}
