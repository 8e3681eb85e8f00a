import { staging } from "../../../config/staging";
import { resources, stackOf, synthesize } from "../../support/synth";
import { fourCountries, threeCountries } from "../../support/topologies";
import { changeOf, planOf, reviewed, verdictsOf } from "./plans";

/** Silence means safe: whatever the estate is made of, its end is told. */
const ESTATES = { production: threeCountries, staging, "four countries": fourCountries };

describe.each(Object.entries(ESTATES))("%s", (_name, topology) => {
  const estate = synthesize(topology);
  const planned = Object.entries(estate.stacks).flatMap(([stack, json]) =>
    resources(json).map(({ attributes: { "//": _, ...attributes }, ...resource }) => ({
      stack,
      attributes,
      ...resource,
    })),
  );

  test.each(["delete", "delete,create", "forget"])("%s of any one resource is told", (actions) => {
    const silent = planned.filter(({ stack, address, attributes }) => {
      const change = changeOf(address, actions.split(","), {
        before: attributes,
        after: actions === "delete,create" ? attributes : null,
        replace_paths: [["name"]],
      });
      const { refused, warned } = reviewed([planOf(stack, [change])]);
      return refused.length + warned.length === 0;
    });
    expect(silent.map(({ stack, address }) => `${stack} ${address}`)).toEqual([]);
  });

  test.each(Object.keys(estate.stacks))("what the design has is refused by nothing when %s is made", (stack) => {
    const changes = planned
      .filter((one) => one.stack === stack)
      .map(({ address, attributes }) => changeOf(address, ["create"], { before: null, after: attributes }));
    expect(verdictsOf(reviewed([planOf(stack, changes)])).refused).toEqual([]);
  });

  test("the end of what serves is refused in two countries, whatever it is", () => {
    const regions = Object.keys(estate.stacks).filter((stack) => stack.startsWith("region-"));
    const [one = "", two = ""] = regions;
    const addresses = resources(stackOf(estate, one)).map(({ address }) => address);
    const passed = addresses.filter((address) => {
      const plans = [one, two].map((stack) => planOf(stack, [changeOf(address, ["delete"])]));
      return reviewed(plans).refused.length === 0;
    });
    expect(passed).toEqual([]);
  });

  test("a change of anything to what nobody thought of is told", () => {
    const silent = planned.filter(({ stack, address, attributes }) => {
      const change = changeOf(address, ["update"], { before: attributes, after: { ...attributes, new_thing: "x" } });
      const { refused, warned } = reviewed([planOf(stack, [change])]);
      return refused.length + warned.length === 0;
    });
    expect(silent.map(({ stack, address }) => `${stack} ${address}`)).toEqual([]);
  });
});
