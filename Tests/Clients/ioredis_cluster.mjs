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
const onAll = (run) => Promise.all(masters.map(run));
await onAll((m) => m.flushall());
const names = Array.from({ length: 300 }, (_, i) => `k${i}`).sort();
for (const name of names) assert.equal(await cluster.set(name, name), "OK");
for (const name of names) assert.equal(await cluster.get(name), name);
// As its documents say, such commands are sent to all masters and added up.
const counted = await onAll((m) => m.dbsize());
assert.equal(counted.reduce((sum, n) => sum + n), 300);
assert.ok(counted.every((n) => n > 0));
assert.deepEqual((await onAll((m) => m.keys("*"))).flat().sort(), names);
const scanned = await onAll(async (m) => {
  const found = [];
  for await (const page of m.scanStream({ count: 20 })) found.push(...page);
  return found;
});
assert.deepEqual(scanned.flat().sort(), names);
for (const name of await onAll((m) => m.randomkey())) assert.ok(names.includes(name));
const piped = cluster.pipeline();
for (let i = 0; i < 50; i++) piped.incr(`{tag}${i}`);
assert.ok((await piped.exec()).every(([error, n]) => error === null && n === 1));
assert.deepEqual(await cluster.multi().incr("{tag}0").get("{tag}0").exec(), [[null, 2], [null, "2"]]);
// Each key was asked of the node that serves it: a slot that a node does not serve has no keys there.
const slot = await cluster.cluster("KEYSLOT", "k1");
const at = await Promise.all(masters.map((m) => m.cluster("COUNTKEYSINSLOT", slot)));
assert.equal(at.filter((n) => n > 0).length, 1);
await onAll((m) => m.flushall());
assert.deepEqual(await onAll((m) => m.dbsize()), [0, 0, 0]);
await cluster.quit();
console.log("ok");
