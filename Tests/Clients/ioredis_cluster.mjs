// What a user of ioredis' Cluster does, against a cluster of which one node is at 127.0.0.1:PORT. usage: node ioredis_cluster.mjs PORT
import assert from "node:assert";
import Redis from "ioredis";

const port = Number(process.argv[2]);
const cluster = new Redis.Cluster([{ host: "127.0.0.1", port }], { enableReadyCheck: true });
await new Promise((resolve, reject) => {
  cluster.once("ready", resolve);
  cluster.once("error", reject);
});
const masters = cluster.nodes("master");
assert.equal(masters.length, 3);
await masters[0].flushall();
for (let i = 0; i < 100; i++) assert.equal(await cluster.set(`k${i}`, i), "OK");
for (let i = 0; i < 100; i++) assert.equal(await cluster.get(`k${i}`), String(i));
const counted = await Promise.all(masters.map((m) => m.dbsize()));
assert.deepEqual(counted, [100, 100, 100]); // any node answers for all
const piped = cluster.pipeline();
for (let i = 0; i < 50; i++) piped.incr(`{tag}${i}`);
assert.ok((await piped.exec()).every(([error, n]) => error === null && n === 1));
assert.deepEqual(await cluster.multi().incr("{tag}0").get("{tag}0").exec(), [[null, 2], [null, "2"]]);
// Each key was asked of the node that serves it: a slot that a node does not serve has no keys there.
const slot = await cluster.cluster("KEYSLOT", "k1");
const at = await Promise.all(masters.map((m) => m.cluster("COUNTKEYSINSLOT", slot)));
assert.equal(at.filter((n) => n > 0).length, 1);
await cluster.quit();
console.log("ok");
