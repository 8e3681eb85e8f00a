/** CDK Terrain, the maintained fork of cdktf, and the oldest Node that it supports. */
export const FORK = { library: "cdktn", cli: "cdktn-cli", version: "0.24.0", node: [22, 19] } as const;

/** The project's package.json with the fork in place of cdktf, also for its dependents, and without test dependencies. */
export function withFork(text: string, oldNode: boolean): string {
  const { dependencies, devDependencies: _tests, scripts: _scripts, ...rest } = JSON.parse(text);
  const alias = `npm:${FORK.library}@${FORK.version}`;
  return JSON.stringify({
    ...rest,
    dependencies: {
      ...dependencies,
      cdktf: alias,
      "cdktf-cli": `npm:${FORK.cli}@${FORK.version}`,
      ...(oldNode && { node: String(FORK.node[0]) }),
    },
    // Provider packages have cdktf as a peer dependency.
    overrides: { cdktf: "$cdktf" },
  });
}
