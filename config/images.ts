import { names } from "./names";

/** Whose repository images come through. */
export interface ImageSource {
  readonly project: string;
  readonly region: string;
}

const DOCKER_HUB = "docker.io/";

/**
 * Docker Hub as a region's nodes see it. All of a country's nodes come from one address, and Docker Hub answers 100 pulls
 * from one in six hours: a country that takes over another's users needs about 62.
 */
export function dockerHub({ project, region }: ImageSource): string {
  return `${region}-docker.pkg.dev/${project}/${names.dockerHub}`;
}

/** Where nodes pull an image from. Registries without such a limit are asked directly. */
export function pulledImage(image: string, source: ImageSource): string {
  return image.startsWith(DOCKER_HUB) ? `${dockerHub(source)}/${image.slice(DOCKER_HUB.length)}` : image;
}
