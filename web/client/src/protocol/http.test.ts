// The consult API against a real HTTP server.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { CentreUnreachable, RequestFailed } from "./errors";
import { ConsultApi } from "./http";

interface Asked {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly csrf: string | string[] | undefined;
  readonly side: string | string[] | undefined;
  readonly body: string;
}

const asked: Asked[] = [];
let answer: { status: number; body: string } = { status: 200, body: "{}" };
let server: Server;
let origin = "";

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url, headers } = request;
  asked.push({ method, path: url, type: headers["content-type"], csrf: headers["x-csrftoken"], side: headers["x-maru-side"], body: Buffer.concat(chunks).toString() });
  response.writeHead(answer.status).end(answer.body);
}

before(async () => {
  server = createServer((request, response) => void take(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => server.close());

function api(timeout = 5_000): ConsultApi {
  return new ConsultApi("c/1", { csrf: "token", side: "customer", timeout, fetch: (path, init) => fetch(origin + String(path), init) });
}

test("an offer travels as SDP with token and side, and brings the answer", async () => {
  answer = { status: 201, body: "v=0 answer" };
  assert.equal(await api().offer("v=0 offer"), "v=0 answer");
  assert.deepEqual(asked.at(-1), { method: "POST", path: "/api/consults/c%2F1/media", type: "application/sdp", csrf: "token", side: "customer", body: "v=0 offer" });
});

test("a consent names the version of the text that was shown", async () => {
  answer = { status: 200, body: "{}" };
  await api().consent(false, "2026-11-1");
  assert.deepEqual(JSON.parse(asked.at(-1)?.body ?? ""), { recording: false, text_version: "2026-11-1" });
});

test("the centre's refusal keeps its code, status and sentence", async () => {
  answer = { status: 409, body: JSON.stringify({ code: "consult.taken", message: "다른 분이 먼저 들어왔어요." }) };
  await assert.rejects(api().ready(), (error: RequestFailed) => {
    assert.deepEqual([error.code, error.status, error.message, error.final], ["consult.taken", 409, "다른 분이 먼저 들어왔어요.", true]);
    return true;
  });
});

test("a proxy's error page counts as not reached, which is worth another try", async () => {
  answer = { status: 502, body: "<h1>Bad gateway</h1>" };
  await assert.rejects(api().consult(), (error: RequestFailed) => error instanceof CentreUnreachable && !error.final);
});

test("nobody listening counts as not reached", async () => {
  const nowhere = new ConsultApi("c1", { csrf: "token", side: "customer", fetch: (path, init) => fetch("http://127.0.0.1:1" + String(path), init) });
  await assert.rejects(nowhere.end(), CentreUnreachable);
});
