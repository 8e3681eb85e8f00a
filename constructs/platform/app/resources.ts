/** What a pod of the app requests and may use, as the seed has it. */
export const APP_RESOURCES = {
  requests: { cpu: "256m", memory: "256Mi" },
  limits: { cpu: "512m", memory: "512Mi" },
};
