// What a node-redis user does, RESP2 and RESP3, against the server at 127.0.0.1:PORT. usage: node node_redis.mjs PORT
import assert from "node:assert";
import { createClient } from "redis";

const port = Number(process.argv[2]);
for (const RESP of [2, 3]) {
  const r = await createClient({ socket: { port, host: "127.0.0.1" }, RESP, name: "node" }).connect();
  await r.flushAll();
  assert.equal(await r.set("a", "1", { EX: 100 }), "OK");
  assert.equal(await r.get("a"), "1");
  assert.equal(await r.incr("n"), 1);
  assert.deepEqual(await r.mGet(["a", "nothing"]), ["1", null]);
  assert.deepEqual(await r.multi().set("t", "1").get("t").exec(), ["OK", "1"]);
  const found = [];
  for await (const keys of r.scanIterator({ COUNT: 10 })) found.push(...[keys].flat());
  assert.deepEqual(found.sort(), ["a", "n", "t"]);
  const subscriber = await r.duplicate().connect();
  const message = new Promise((resolve) => subscriber.subscribe("news", resolve).then(() => r.publish("news", "hello")));
  assert.equal(await message, "hello");
  assert.equal(await r.clientGetName(), "node");
  assert.match(await r.info("server"), /redis_version:7/);
  await assert.rejects(r.sendCommand(["LPUSH", "l", "1"]), /unknown command/);
  subscriber.destroy();
  await r.close();
}
console.log("ok");
