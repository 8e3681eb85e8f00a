import { CORE_SCHEMA, load, YAML11_SCHEMA } from "js-yaml";
import { charts } from "../../../config/versions";
import { resources, spreadOverZones } from "../../../constructs/kubernetes/values/helm-values";
import { toYaml } from "../../../constructs/kubernetes/yaml";
import { releases } from "./releases";

const texts = releases.map(({ name, chart, values }) => [`${name} (${chart})`, toYaml(values), values] as const);

describe.each(texts)("%s", (_release, text, values) => {
  test("is the same in YAML 1.1, which Helm reads, and 1.2", () => {
    expect(load(text, { schema: YAML11_SCHEMA })).toEqual(values);
    expect(load(text, { schema: CORE_SCHEMA })).toEqual(values);
  });

  test("has nothing that Terraform would fill in, nor anchors", () => {
    expect(text).not.toMatch(/[$%]\{|TfToken|^\s*<<:| [&*][a-z]\d/m);
  });

  test("holds no password: only names of secrets, and places that the cluster fills in", () => {
    const passwords = [...text.matchAll(/pass(?:word)?"?[ \t]*[:=][ \t]*(.*)$/gim)].map(([, value = ""]) => value);
    for (const value of passwords) {
      expect(value).toMatch(/^"?\{\{ \.[a-z]+ \}\}|^"?SECRET\[|^\{?$/);
    }
    expect(text).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY|AIza|:\/\/[^/\s{]+:[^/\s{]+@/);
  });

  test("names no image latest, and every image with its tag", () => {
    expect(text).not.toContain("latest");
    for (const [, image = ""] of text.matchAll(/^\s*image: (.+)$/gm)) expect(image).toMatch(/:[0-9]/);
  });
});

test("every chart has one exact version", () => {
  for (const { version } of Object.values(charts)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test("what Helm would take for a truth is quoted", () => {
  expect(toYaml({ a: "off", b: "yes", c: "True", d: "1", e: "0o7", f: false })).toBe(
    'a: "off"\nb: "yes"\nc: "True"\nd: "1"\ne: "0o7"\nf: false\n',
  );
});

test("memory is limited to what is requested, or to more", () => {
  expect(resources("1", "1Gi")).toEqual({
    requests: { cpu: "1", memory: "1Gi" },
    limits: { memory: "1Gi" },
  });
  expect(resources("1", "1Gi", "2Gi")).toMatchObject({
    limits: { memory: "2Gi" },
  });
});

test("pods are spread over zones by labels, those of a Deployment by revision", () => {
  expect(toYaml({ spread: spreadOverZones({ app: "x" }) })).toMatchInlineSnapshot(`
    "spread:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        nodeTaintsPolicy: Honor
        labelSelector:
          matchLabels:
            app: x
        matchLabelKeys:
          - pod-template-hash
    "
  `);
  expect(spreadOverZones({ app: "x" }, { byRevision: false })[0]).not.toHaveProperty("matchLabelKeys");
});
