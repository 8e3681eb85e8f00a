/** Delivers access logs; without the grant none arrive. Source: https://docs.cloud.google.com/storage/docs/access-logs */
export const ACCESS_LOG_WRITER = {
  role: "roles/storage.objectCreator",
  member: "group:cloud-storage-analytics@google.com",
} as const;
