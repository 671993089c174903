// What an express application with connect-redis does with its sessions, against the server at 127.0.0.1:PORT. usage: node connect_redis.mjs PORT
import assert from "node:assert";
import { promisify } from "node:util";
import { RedisStore } from "connect-redis";
import { createClient } from "redis";

const client = createClient({ url: `redis://127.0.0.1:${process.argv[2]}` });
await client.connect();
const store = new RedisStore({ client, prefix: "session:" });
const call = (method, ...args) => promisify(store[method].bind(store))(...args);
const session = { cookie: { expires: new Date(Date.now() + 60_000).toJSON() }, user: "me" };
await call("set", "one", session);
await call("set", "two", { ...session, user: "you" });
assert.deepEqual(await call("get", "one"), session);
await call("touch", "one", session);
assert.equal(await call("length"), 2);
assert.deepEqual((await call("ids")).sort(), ["one", "two"]);
assert.equal((await call("all")).length, 2);
const left = await client.ttl("session:one");
assert.ok(left > 0 && left <= 60);
await call("destroy", "one");
assert.equal(await call("get", "one"), undefined);
await call("clear");
assert.equal(await call("length"), 0);
await client.quit();
console.log("ok");
