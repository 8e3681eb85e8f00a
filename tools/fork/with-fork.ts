/** The living fork of cdktf, CDK Terrain, and the oldest Node that it takes. */
export const FORK = { library: "cdktn", cli: "cdktn-cli", version: "0.24.0", node: [22, 19] } as const;

/** The project's package.json with the fork in cdktf's place, for whatever asks for it, and nothing that only tests need. */
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
    // Provider packages name cdktf as their peer.
    overrides: { cdktf: "$cdktf" },
  });
}
