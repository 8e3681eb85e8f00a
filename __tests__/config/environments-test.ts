import { environmentNamed, environments, sharedProblems } from "../../config/environments";
import { production } from "../../config/production";
import { staging } from "../../config/staging";
import { changed } from "../support/topologies";

test("an environment is found by its name, which it also carries itself", () => {
  expect(environmentNamed("production")).toBe(production);
  expect(environmentNamed("staging")).toBe(staging);
  for (const [name, { environment }] of Object.entries(environments)) expect(environment).toBe(name);
});

test.each(["", "Production", "prod", "production ", "__proto__", "constructor", "toString"])(
  "environment %p is refused",
  (name) => {
    const message = `no such environment: use production or staging, or add it to config/environments.ts`;
    expect(() => environmentNamed(name)).toThrow(message);
  },
);

test("what two environments share, and a name that is another's, is refused", () => {
  const terraformCloud = { organization: "jamtangan-id", project: "Shop" };
  const first = changed({ "delivery.terraformCloud": terraformCloud }, production);
  const second = changed({ environment: "production", "delivery.terraformCloud": terraformCloud }, production);
  const own = "production already uses it: give each environment its own";
  expect(sharedProblems({ production: first, staging: second }, "staging")).toEqual([
    'environment: "production" is refused: it is "staging" in config/environments.ts: use one name',
    `project.id: "jamtangan-production" is refused: ${own}`,
    `project.number: 204617350918 is refused: ${own}`,
    `domain: "jamtangan.com" is refused: ${own}`,
    `delivery.terraformCloud: "["jamtangan-id","Shop"]" is refused: ${own}`,
  ]);
});

test("environments share the organization and the repository, and one that lacks fields shares nothing", () => {
  const terraformCloud = { organization: "jamtangan-id", project: "Shop" };
  const first = changed({ "delivery.terraformCloud": terraformCloud }, production);
  const second = changed({ "delivery.terraformCloud": { ...terraformCloud, project: "Shop staging" } }, staging);
  expect(sharedProblems({ production: first, staging: second }, "staging")).toEqual([]);
  const empty = changed({ project: undefined, delivery: null, domain: undefined }, staging);
  expect(sharedProblems({ production, staging: empty }, "staging")).toEqual([]);
});
