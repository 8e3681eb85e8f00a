import { deploymentOrder } from "../../config/deployment-order";
import { validateTopology } from "../../config/validate-topology";
import { changed, fourCountries, threeCountries } from "../support/topologies";

test("the country added last is deployed first", () => {
  expect(deploymentOrder(threeCountries)).toEqual(["india", "singapore", "indonesia"]);
  expect(deploymentOrder(fourCountries)[0]).toBe("japan");
});

test("a state can be kept by an organization", () => {
  const terraformCloud = { organization: "jamtangan-id", project: "Shop production" };
  expect(validateTopology(changed({ "delivery.terraformCloud": terraformCloud }))).toEqual([]);
});

test("what GitHub or Terraform Cloud would not know is refused, all at once", () => {
  const delivery = { repository: 0, terraformCloud: { organization: "no spaces", project: "-" } };
  expect(validateTopology(changed({ delivery }))).toEqual([
    "delivery.repository: 0 is refused: use the number that `gh api repos/OWNER/NAME --jq .id` prints",
    'delivery.terraformCloud.organization: "no spaces" is refused: use the organization\'s name: 3 to 40 letters, digits, hyphens and underscores',
    'delivery.terraformCloud.project: "-" is refused: use the project\'s name: 3 to 40 letters, digits, spaces, hyphens and underscores',
  ]);
});
