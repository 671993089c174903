"""What a user of redis-py's RedisCluster does, against a cluster of which one node is at 127.0.0.1:PORT. usage: redis_py_cluster.py PORT"""
import sys

from redis.cluster import RedisCluster

cluster = RedisCluster(host="127.0.0.1", port=int(sys.argv[1]), decode_responses=True)
assert len(cluster.get_primaries()) == 3
cluster.flushall()
for i in range(100):
    assert cluster.set(f"k{i}", i)
for i in range(100):
    assert cluster.get(f"k{i}") == str(i)
with cluster.pipeline() as pipe:
    for i in range(50):
        pipe.incr(f"p{i}")
    assert pipe.execute() == [1] * 50
assert cluster.mset_nonatomic({f"m{i}": str(i) for i in range(50)})
assert cluster.mget_nonatomic([f"m{i}" for i in range(50)]) == [str(i) for i in range(50)]
assert cluster.cluster_keyslot("k1") == cluster.keyslot("k1")
assert cluster.cluster_info()["cluster_state"] == "ok"
cluster.close()
print("ok")
