import { validateTopology } from "../../config/validate-topology";
import { changed } from "../support/topologies";

const IMAGE = "write registry/name:tag or registry/name@sha256:…, with a tag that is never moved (not latest)";
const DIGEST = `sha256:${"0a".repeat(32)}`;

test.each([
  "docker.io/sekolahlinux/golang-http:1.0.0",
  `docker.io/sekolahlinux/golang-http@${DIGEST}`,
  `docker.io/sekolahlinux/golang-http:1.0.0@${DIGEST}`,
  "asia-southeast2-docker.pkg.dev/jamtangan-production/shop/app:2026-11-22_b7",
  "registry.internal.jamtangan.com:5000/app:1",
])("the image %s is accepted", (image) => {
  expect(problemsOf({ image })).toEqual([]);
});

test.each([
  "",
  "sekolahlinux/golang-http",
  "sekolahlinux/golang-http:1.0.0",
  "docker.io/sekolahlinux/golang-http",
  "docker.io/sekolahlinux/golang-http:",
  "docker.io/sekolahlinux/golang-http:latest",
  `docker.io/sekolahlinux/golang-http:latest@${DIGEST}`,
  "docker.io/sekolahlinux/golang-http@sha256:0a",
  "docker.io/Sekolahlinux/golang-http:1.0.0",
  "docker.io/sekolahlinux/golang-http:1.0.0 ",
  "https://docker.io/sekolahlinux/golang-http:1.0.0",
  "docker.io:1.0.0",
])("the image %p is refused", (image) => {
  expect(problemsOf({ image })).toEqual([`countries.india.app.image: "${image}" is refused: ${IMAGE}`]);
});

test.each([
  [{ minReplicas: 3, maxReplicas: 3 }],
  [{ minReplicas: 60, maxReplicas: 60 }],
  [{ maxReplicas: 108 }],
  [{ messagesPerReplica: 1 }],
  [{ messagesPerReplica: 100_000 }],
])("%j is accepted", (values) => {
  expect(problemsOf(values)).toEqual([]);
});

test.each([
  [{ minReplicas: 2 }, "minReplicas: 2 is refused: use 3 to 27,500, so that each zone has one"],
  [
    { minReplicas: 3.5 },
    "minReplicas: 3.5 is refused: it is not a whole number: use 3 to 27,500, so that each zone has one",
  ],
  [{ maxReplicas: 2 }, "maxReplicas: 2 is refused: use 3 to 27,500"],
  [{ minReplicas: 5, maxReplicas: 4 }, "maxReplicas: 4 is refused: use at least minReplicas (5)"],
  [{ maxReplicas: 59.5 }, "maxReplicas: 59.5 is refused: it is not a whole number: use 3 to 27,500"],
  [{ messagesPerReplica: 0 }, "messagesPerReplica: 0 is refused: use 1 to 100,000"],
  [{ messagesPerReplica: 100_001 }, "messagesPerReplica: 100001 is refused: use 1 to 100,000"],
])("%j is refused", (values, problem) => {
  expect(problemsOf(values)).toEqual([`countries.india.app.${problem}`]);
});

test.each(["nginx", "traefik", "", "constructor"])("the ingress controller %p is refused", (ingress) => {
  expect(validateTopology(changed({ "countries.india.cluster.ingress": ingress }))).toEqual([
    `countries.india.cluster.ingress: "${ingress}" is refused: use ingress-nginx or nginx-ingress`,
  ]);
});

function problemsOf(app: Readonly<Record<string, unknown>>): readonly string[] {
  const values = Object.entries(app).map(([key, value]) => [`countries.india.app.${key}`, value]);
  return validateTopology(changed(Object.fromEntries(values)));
}
