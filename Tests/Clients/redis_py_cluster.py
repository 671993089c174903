"""What a user of redis-py's RedisCluster does, against a cluster of which one node is at 127.0.0.1:PORT. usage: redis_py_cluster.py PORT"""
import sys

from redis.cluster import RedisCluster

cluster = RedisCluster(host="127.0.0.1", port=int(sys.argv[1]), decode_responses=True)
assert len(cluster.get_primaries()) == 3
cluster.flushall(target_nodes=RedisCluster.PRIMARIES)
names = {f"k{i}" for i in range(300)}
for name in names:
    assert cluster.set(name, name)
for name in names:
    assert cluster.get(name) == name
# What is sent to all primaries counts every key once.
ALL = {"target_nodes": RedisCluster.PRIMARIES}  # newer versions' own choice for these commands
assert cluster.dbsize(**ALL) == 300, cluster.dbsize(**ALL)
assert sorted(cluster.keys("*", **ALL)) == sorted(names)
assert sorted(cluster.scan_iter(count=20, **ALL)) == sorted(names)
assert all(cluster.randomkey(target_nodes=node) in names for node in cluster.get_primaries())
sizes = [cluster.dbsize(target_nodes=node) for node in cluster.get_primaries()]
assert sum(sizes) == 300 and min(sizes) > 0, sizes
assert cluster.exists(*names) == 300
with cluster.pipeline() as pipe:
    for i in range(50):
        pipe.incr(f"p{i}")
    assert pipe.execute() == [1] * 50
assert cluster.mset_nonatomic({f"m{i}": str(i) for i in range(50)})
assert cluster.mget_nonatomic([f"m{i}" for i in range(50)]) == [str(i) for i in range(50)]
assert cluster.delete(*names) == 300 and cluster.dbsize(**ALL) == 100
cluster.flushall(**ALL)
assert cluster.dbsize(**ALL) == 0
assert cluster.cluster_keyslot("k1") == cluster.keyslot("k1")
assert cluster.cluster_info()["cluster_state"] == "ok"
cluster.close()
print("ok")
