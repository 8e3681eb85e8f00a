import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import type { Construct } from "constructs";
import { names } from "../../config/names";

/** A country's way to Docker Hub: a repository in its region that pulls an image once and keeps it. */
export function dockerHubRepository(scope: Construct, region: string): void {
  new ArtifactRegistryRepository(scope, "docker-hub", {
    repositoryId: names.dockerHub,
    location: region,
    format: "DOCKER",
    mode: "REMOTE_REPOSITORY",
    description: "Images of Docker Hub, pulled once for all nodes of the region",
    remoteRepositoryConfig: { dockerRepository: { publicRepository: "DOCKER_HUB" } },
    cleanupPolicies: [
      // What nobody runs any more is pulled again when somebody does.
      { id: "unused", action: "DELETE", condition: { olderThan: "7776000s" } }, // 90 days
    ],
  });
}
