// What a user of node-redis' createCluster does, against a cluster of which one node is at 127.0.0.1:PORT. usage: node
// node_redis_cluster.mjs PORT
import assert from "node:assert";
import { createCluster } from "redis";

const cluster = await createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${process.argv[2]}` }] }).connect();
assert.equal(cluster.masters.length, 3);
const onAll = (run) => Promise.all(cluster.masters.map(async (m) => run(await cluster.nodeClient(m))));
await onAll((m) => m.flushAll());
const names = Array.from({ length: 300 }, (_, i) => `k${i}`).sort();
for (const name of names) assert.equal(await cluster.set(name, name), "OK");
for (const name of names) assert.equal(await cluster.get(name), name);
assert.equal((await onAll((m) => m.dbSize())).reduce((sum, n) => sum + n), 300);
assert.deepEqual((await onAll((m) => m.keys("*"))).flat().sort(), names);
const scanned = await onAll(async (m) => {
  const found = [];
  for await (const page of m.scanIterator({ COUNT: 20 })) found.push(...[page].flat());
  return found;
});
assert.deepEqual(scanned.flat().sort(), names);
await onAll((m) => m.flushAll());
assert.equal((await onAll((m) => m.dbSize())).reduce((sum, n) => sum + n), 0);
await cluster.close();
console.log("ok");
