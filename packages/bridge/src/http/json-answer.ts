import type { ServerResponse } from 'node:http'

/** Names are in the spelling they are sent with. */
export type AnswerFields = Readonly<Record<string, string>>

/** What an answer of ours never does: be stored, or be taken for something that can run. */
const SAFE_FIELDS: AnswerFields = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/** Answers with a text of its media type. */
export function answerText(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  fields: AnswerFields = {},
): void {
  const body = Buffer.from(text)
  response.writeHead(status, { ...SAFE_FIELDS, 'Content-Type': type, 'Content-Length': body.length, ...fields })
  response.end(body)
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, body: unknown, fields: AnswerFields = {}): void {
  answerText(response, status, 'application/json', `${JSON.stringify(body)}\n`, fields)
}
