/** Requests and limits of the app's pods, as in the seed. */
export const APP_RESOURCES = {
  requests: { cpu: "256m", memory: "256Mi" },
  limits: { cpu: "512m", memory: "512Mi" },
};
