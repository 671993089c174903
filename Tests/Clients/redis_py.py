"""What a redis-py user does, against the server at 127.0.0.1:PORT. usage: redis_py.py PORT"""
import sys

import redis

port = int(sys.argv[1])
for protocol in ({}, {"protocol": 3}):
    try:
        r = redis.Redis(port=port, decode_responses=True, **protocol)
    except TypeError:
        continue  # an older redis-py has no RESP3
    assert r.ping()
    r.flushall()
    assert r.set("a", "1", ex=100) and r.get("a") == "1"
    assert 0 < r.ttl("a") <= 100
    assert r.set("a", "2", nx=True) is None
    assert r.incr("a") == 2 and r.incrbyfloat("f", 0.5) == 0.5
    assert r.mset({"x": "1", "y": "2"}) and r.mget("x", "y", "z") == ["1", "2", None]
    assert sorted(r.scan_iter(match="*", count=2)) == ["a", "f", "x", "y"]
    assert r.append("x", "23") == 3 and r.getrange("x", 0, 1) == "12" and r.strlen("x") == 3
    assert r.setbit("bits", 7, 1) == 0 and r.bitcount("bits") == 1
    with r.pipeline(transaction=True) as p:
        assert p.set("t", "1").incr("t").get("t").execute() == [True, 2, "2"]
    with r.pipeline() as p:
        p.watch("t")
        r.set("t", "9")
        p.multi()
        p.set("t", "10")
        try:
            p.execute()
            raise AssertionError("a watched key changed, and EXEC ran")
        except redis.WatchError:
            pass
    s = r.pubsub()
    s.subscribe("news")
    s.psubscribe("n*")
    assert s.get_message(timeout=10)["type"] == "subscribe"
    assert s.get_message(timeout=10)["type"] == "psubscribe"
    assert r.publish("news", "hello") == 2
    got = sorted(s.get_message(timeout=10)["type"] for _ in range(2))
    assert got == ["message", "pmessage"], got
    s.close()
    assert r.restore("copy", 0, redis.Redis(port=port).dump("t")) and r.get("copy") == "9"
    assert r.info()["redis_version"] == "7.0.15" and r.info("keyspace")["db0"]["keys"] == 7
    assert "maxmemory" in r.config_get("maxmemory")
    assert r.client_setname("me") and r.client_getname() == "me"
    assert r.command_count() > 100 and r.dbsize() == 7
    try:
        r.execute_command("LPUSH", "l", "1")
        raise AssertionError("LPUSH is no command of ours")
    except redis.ResponseError as e:
        assert "unknown command" in str(e), e
    assert r.delete("a", "x", "nothing") == 2 and r.exists("a", "y") == 1
print("ok")
