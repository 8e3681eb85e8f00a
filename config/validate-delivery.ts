import type { Delivery } from "./delivery";
import { type Problem, when } from "./problem";

/** What is wrong with who deploys an environment and where its state is kept. */
export function deliveryProblems({ repository, terraformCloud }: Delivery): Problem[] {
  return [
    ...when(
      !Number.isSafeInteger(repository) || repository <= 0,
      "delivery.repository",
      repository,
      "use the number that `gh api repos/OWNER/NAME --jq .id` prints",
    ),
    ...(terraformCloud
      ? [
          ...when(
            !/^[A-Za-z0-9][-\w]{2,39}$/.test(terraformCloud.organization),
            "delivery.terraformCloud.organization",
            terraformCloud.organization,
            "use the organization's name: 3 to 40 letters, digits, hyphens and underscores",
          ),
          ...when(
            !/^[A-Za-z0-9][-\w ]{1,38}\w$/.test(terraformCloud.project),
            "delivery.terraformCloud.project",
            terraformCloud.project,
            "use the project's name: 3 to 40 letters, digits, spaces, hyphens and underscores",
          ),
        ]
      : []),
  ];
}
