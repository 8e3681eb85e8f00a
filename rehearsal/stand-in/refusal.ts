/** The cloud's refusal, in its own words and status. */
export class Refusal extends Error {
  constructor(
    /** HTTP status. */
    readonly status: number,
    message: string,
    readonly reason = "invalid",
  ) {
    super(message);
  }

  static notFound(path: string): Refusal {
    return new Refusal(404, `The resource '${path}' was not found`, "notFound");
  }

  /** What the stand-in was never taught. Not a refusal that Google would make. */
  static unknown(what: string): Refusal {
    return new Refusal(501, `The stand-in does not know ${what}`, "unknownHere");
  }
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ALREADY_EXISTS",
  412: "FAILED_PRECONDITION",
  429: "RESOURCE_EXHAUSTED",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
};

/** Body of an error, as every Google API writes it. */
export function errorBody({ status, message, reason }: Pick<Refusal, "status" | "message" | "reason">): object {
  const name = STATUS_NAMES[status] ?? "UNKNOWN";
  return { error: { code: status, message, status: name, errors: [{ message, reason, domain: "global" }] } };
}
