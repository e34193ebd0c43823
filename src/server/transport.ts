import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyError, FastifyRequest } from "fastify";
import { badUserInput, Mistake } from "../errors.js";

/** What HTTP itself finds wrong with a request, in the hub's words. Nothing that was sent is repeated. */
const mistake = (status: number, field: string, message: string, messageZh: string, remedy: string) =>
  new Mistake(
    status === 413 || status === 431 ? "COST_EXCEEDED" : "BAD_USER_INPUT",
    { message, messageZh, field, remedy },
    status,
  );

const AS_JSON = 'Send {"query": "...", "variables": {...}} as application/json';

export const unknownPath = () =>
  mistake(404, "path", "No such path; GraphQL is at /graphql", "没有此路径,GraphQL 位于 /graphql", "POST to /graphql");

/**
 * Checks what the body is not needed for. A question is refused here rather than answered and then withheld.
 * @throws Mistake 400, 406, 415
 */
export function checkHead({ headers, host, protocol }: FastifyRequest): void {
  if (headers.host === undefined || !URL.canParse(`${protocol}://${host}/`))
    throw badUserInput(
      "Host",
      "The header Host names no host",
      "请求头 Host 有误",
      "Send the hub's host name and port",
    );
  const encoding = headers["content-encoding"] ?? "identity";
  // A small compressed body can be a very large one, and no question is so long that it needs it.
  if (encoding.toLowerCase() !== "identity")
    throw mistake(
      415,
      "Content-Encoding",
      "The hub reads no compressed body",
      "不支持压缩的请求体",
      "Send the body as it is",
    );
  if (headers.accept !== undefined && !ANSWERS.test(headers.accept))
    throw mistake(
      406,
      "Accept",
      "The hub answers in JSON",
      "仅以 JSON 回答",
      "Accept application/graphql-response+json or application/json",
    );
}
const ANSWERS = /(^|,)\s*(\*\/\*|application\/(\*|json|graphql-response\+json))\s*(;|,|$)/i;

/** What Fastify refuses by itself; undefined for anything else. */
export function refusedByFastify(error: unknown): Mistake | undefined {
  const status = isFastifyError(error) ? error.statusCode : undefined;
  switch (status) {
    case 413:
      return mistake(413, "body", "The body is larger than the hub takes", "请求体过大", "Ask for less at once");
    case 415:
      return mistake(415, "Content-Type", "The hub reads bodies of JSON only", "请求体须为 JSON", AS_JSON);
    default:
      return status !== undefined && status >= 400 && status < 500
        ? mistake(400, "body", "The body is no JSON that the hub can read", "请求体不是可读取的 JSON", AS_JSON)
        : undefined;
  }
}
const isFastifyError = (error: unknown): error is FastifyError => error instanceof Error && "statusCode" in error;

export const unreadablePath = () =>
  mistake(400, "path", "The path is not readable", "路径无法识别", "POST to /graphql");

/** Answers bytes that Node could not read as an HTTP request. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const said =
    error.code === "HPE_HEADER_OVERFLOW"
      ? mistake(
          431,
          "headers",
          "Headers and address are longer than the hub takes",
          "请求头或地址过长",
          "POST long questions",
        )
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? mistake(408, "body", "The request took too long to arrive", "请求接收超时", "Send it again")
        : mistake(400, "request", "This is no HTTP request", "不是有效的 HTTP 请求", "Speak HTTP/1.1");
  const { http: _http, ...extensions } = said.extensions;
  const body = JSON.stringify({ errors: [{ message: said.message, extensions }] });
  socket.end(
    [
      `HTTP/1.1 ${said.status} ${STATUS_CODES[said.status]}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Cache-Control: no-store",
      `X-Hub-Request-Id: ${randomUUID()}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}
