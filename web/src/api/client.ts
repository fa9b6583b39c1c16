/** The one way to the server: `/v1`, typed from its own document, as the person whose cookie the browser holds. */
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** What the server says when it refuses. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** The server could not be reached at all. */
export class OfflineError extends Error {
  constructor() {
    super("The server cannot be reached. What you typed is kept; try again.");
  }
}

const guard: Middleware = {
  onRequest({ request }) {
    request.headers.set("X-Promptwire-CSRF", "1");
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await errorOf(response);
    return response;
  },
  onError() {
    return new OfflineError();
  },
};

async function errorOf(response: Response): Promise<ApiError> {
  const body = await response
    .clone()
    .json()
    .catch(() => ({}));
  const words =
    response.status >= 500
      ? serverFailed(response)
      : (body.details?.message ?? body.error ?? `The server answered ${response.status}.`);
  return new ApiError(response.status, body.code ?? "unknown", words, body.details);
}

/** Says that it is not the reader's fault, what to do, and by which id the server's log knows it. */
function serverFailed(response: Response): string {
  const id = response.headers.get("X-Request-Id");
  const wait = Number(response.headers.get("Retry-After"));
  const when = wait > 0 ? ` in ${wait} ${wait === 1 ? "second" : "seconds"}` : "";
  const known = id ? ` If it stays so, tell whoever runs it this request id: ${id}` : "";
  return `The server could not do it (${response.status}). What you typed is kept; try again${when}.${known}`;
}

/** Where the server is reached, with the prefix it is reached under. */
export const base = new URL(".", document.baseURI).pathname.replace(/\/$/, "");

/** The address that applications ask, and that links lead to. */
export const address = `${location.origin}${base}`;

export const api = createClient<paths>({ baseUrl: address, credentials: "same-origin" });
api.use(guard);

/** Gives what a call answers, whose errors are thrown already. */
export async function data<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
