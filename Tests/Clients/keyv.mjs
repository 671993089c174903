// What a keyv user does, against the server at 127.0.0.1:PORT. usage: node keyv.mjs PORT
import assert from "node:assert";
import KeyvRedis from "@keyv/redis";
import Keyv from "keyv";

const keyv = new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${process.argv[2]}`), namespace: "cache" });
keyv.on("error", (error) => assert.fail(error));
assert.equal(await keyv.set("a", { n: 1 }, 60_000), true);
assert.deepEqual(await keyv.get("a"), { n: 1 });
await keyv.setMany([{ key: "b", value: 2 }, { key: "c", value: 3 }]);
assert.deepEqual(await keyv.get(["b", "c", "nothing"]), [2, 3, undefined]);
assert.equal(await keyv.has("b"), true);
assert.equal(await keyv.delete("b"), true);
assert.equal(await keyv.get("b"), undefined);
const keys = [];
for await (const [key] of keyv.iterator()) keys.push(key);
assert.deepEqual(keys.sort(), ["a", "c"]);
await keyv.clear();
assert.equal(await keyv.get("a"), undefined);
await keyv.disconnect();
console.log("ok");
