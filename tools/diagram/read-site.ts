import { listOf, type SynthesizedEstate } from "../synthesized/estate";
import type { Item, Site } from "./picture";
import { count, outsideRegion, type Release, recordOf, releasesOf } from "./releases";

/** What watches a country from outside its app cluster, when it has a site of its own. */
export function readSite(estate: SynthesizedEstate, country: string): Site | undefined {
  const isHere = outsideRegion(country);
  const cluster = estate.ofType("google_container_cluster").find(isHere);
  const releases = releasesOf(estate, isHere);
  if (!cluster && releases.length === 0) return undefined;
  const stack = releases.find(({ chart }) => chart === "kube-prometheus-stack");
  const elastic = releases.find((release) => release.at("eck-elasticsearch"));
  const thanos = releases.find(({ chart }) => chart === "thanos");
  const drawn = new Set([stack, elastic, thanos]);
  return {
    title: cluster ? `GKE ${cluster.attributes.name}` : "Monitoring",
    ...(stack && prometheusItems(stack, thanos !== undefined)),
    ...(elastic && elasticItems(elastic)),
    others: releases.filter((each) => !each.isLocal && !drawn.has(each)).map(({ name }) => name),
  };
}

function prometheusItems(stack: Release, hasThanos: boolean): Pick<Site, "prometheus" | "grafana"> {
  const replicas = stack.at("prometheus", "prometheusSpec", "replicas") ?? 1;
  const beside = [
    ...(hasThanos ? ["Thanos"] : []),
    ...(stack.at("alertmanager", "enabled") === false ? [] : ["Alertmanager"]),
  ];
  const grafana: Item = { title: "Grafana", lines: [] };
  return {
    prometheus: { title: "Prometheus", lines: [count(replicas, undefined, "replica"), ...beside] },
    ...(stack.at("grafana", "enabled") === false ? {} : { grafana }),
  };
}

function elasticItems(elastic: Release): Pick<Site, "elasticsearch" | "kibana"> {
  const sets = listOf(elastic.at("eck-elasticsearch", "nodeSets"));
  const nodes = sets.reduce((sum, { count: each }) => sum + Number(each ?? 1), 0);
  const kibana = elastic.at("eck-kibana");
  const { count: pods } = recordOf(recordOf(kibana).spec ?? kibana);
  return {
    elasticsearch: { title: "Elasticsearch", lines: [count(nodes, undefined, "node")] },
    ...(kibana ? { kibana: { title: "Kibana", lines: pods ? [count(pods, undefined, "pod")] : [] } } : {}),
  };
}
