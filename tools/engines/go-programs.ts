import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { versions } from "../../config/versions";
import { CannotTell } from "../cli";
import type { Environment } from "./engines";

/** A program that tests build from a Go module, because Debian has no recent one. */
export interface GoProgram {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** Folder of the module that is built. */
  readonly package: string;
  /** A source file of the module, and what is written there instead. @default none */
  readonly replaced?: { readonly path: string; readonly source: string };
}

const LEGO_MODULE = "github.com/go-acme/lego/v5";

/** The ACME client, as its image has it but for the other 200 providers of DNS. */
export const LEGO: GoProgram = {
  name: "lego",
  module: LEGO_MODULE,
  version: versions.legoImage.replace(/^[^:]+:|@.*$/g, ""),
  package: ".",
  replaced: {
    path: "providers/dns/zz_gen_dns_providers.go",
    source: `package dns

import (
	"fmt"

	"${LEGO_MODULE}/challenge"
	"${LEGO_MODULE}/providers/dns/gcloud"
)

func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	if name == "gcloud" {
		return gcloud.NewDNSProvider()
	}
	return nil, fmt.Errorf("built without the provider %q", name)
}
`,
  },
};

/** Let's Encrypt's ACME server for tests. */
export const PEBBLE: GoProgram = {
  name: "pebble",
  module: "github.com/letsencrypt/pebble/v2",
  version: versions.pebble,
  package: "./cmd/pebble",
};

/** Path of a program: next to the engine root, in the user's cache folder. */
export function goProgram(environment: Environment, { name, version }: GoProgram): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(environment.ENGINES_CACHE || join(cache, "matchwatch/engines"), `${name}-${version}`);
}

/**
 * Builds a program unless it exists.
 * @returns its path
 * @throws CannotTell that says why it could not be built
 */
export function getGoProgram(environment: Environment, program: GoProgram): string {
  const path = goProgram(environment, program);
  if (existsSync(path)) return path;
  const { module, version, replaced } = program;
  const script = join(__dirname, "build-go-program.sh");
  const args = [script, path, module, version, program.package];
  const { status } = spawnSync("bash", replaced ? [...args, replaced.path, replaced.source] : args, {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new CannotTell(`${program.name} ${version} could not be built: see above`);
  return path;
}
