"""What a user of redis-py's RedisCluster does, against a cluster of which one node is at 127.0.0.1:PORT. usage: redis_py_cluster.py PORT"""
import sys

from redis.cluster import RedisCluster

cluster = RedisCluster(host="127.0.0.1", port=int(sys.argv[1]), decode_responses=True)
assert len(cluster.get_primaries()) == 3
cluster.flushall()
names = {f"k{i}" for i in range(300)}
for name in names:
    assert cluster.set(name, name)
for name in names:
    assert cluster.get(name) == name
# What is sent to all primaries counts every key once.
assert cluster.dbsize() == 300, cluster.dbsize()
assert sorted(cluster.keys("*")) == sorted(names)
assert sorted(cluster.scan_iter(count=20)) == sorted(names)
assert cluster.randomkey() in names
assert cluster.exists(*names) == 300
with cluster.pipeline() as pipe:
    for i in range(50):
        pipe.incr(f"p{i}")
    assert pipe.execute() == [1] * 50
assert cluster.mset_nonatomic({f"m{i}": str(i) for i in range(50)})
assert cluster.mget_nonatomic([f"m{i}" for i in range(50)]) == [str(i) for i in range(50)]
assert cluster.delete(*names) == 300 and cluster.dbsize() == 100
cluster.flushall()
assert cluster.dbsize() == 0
assert cluster.cluster_keyslot("k1") == cluster.keyslot("k1")
assert cluster.cluster_info()["cluster_state"] == "ok"
cluster.close()
print("ok")
