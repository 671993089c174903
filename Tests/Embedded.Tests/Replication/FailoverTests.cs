using System.Globalization;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Store;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Replication;

/// <summary>Processes that die, promotions, and pasts that have forked.</summary>
public sealed class FailoverTests : IDisposable
{
    private const string Whole = "has a whole copy of it";
    private const string GoesOn = "goes on where it was";

    private readonly Servers _servers = new();

    public void Dispose() => _servers.Dispose();

    [Theory]
    [InlineData("everysec")]
    [InlineData("always")]
    public void KilledFollower_GoesOnWhereItWas(string fsync)
    {
        ServerProcess leader = _servers.Start("leader");
        RespClient writer = _servers.Client(leader);
        ServerProcess follower = _servers.Follow("follower", leader, "--fsync", fsync);
        Assert.Equal("OK", writer.Call("SET", "a", "1"));
        Servers.Wait(writer);
        follower.Kill();
        Assert.Equal("OK", writer.Call("SET", "b", "2"));
        ServerProcess again = _servers.Follow("follower", leader, "--fsync", fsync);
        Servers.Wait(writer);
        Assert.Equal("[1, 2]", _servers.Client(again).Call("MGET", "a", "b"));
        Servers.Printed(again, (GoesOn, 1), (Whole, 0));
    }

    [Fact]
    public void LongBreak_TakesAWholeCopy()
    {
        ServerProcess leader = _servers.Start("leader", "--repl-backlog", "16kb");
        RespClient writer = _servers.Client(leader);
        ServerProcess follower = _servers.Follow("follower", leader);
        Assert.Equal("OK", writer.Call("SET", "old", "1"));
        Servers.Wait(writer);
        follower.Kill();
        Assert.Equal(":1", writer.Call("DEL", "old"));
        for (int i = 0; i < 100; i++) Assert.Equal("OK", writer.Call("SET", $"k{i}", new string('v', 1000)));
        ServerProcess again = _servers.Follow("follower", leader);
        Servers.Wait(writer);
        Assert.Equal(Servers.Content(writer), Servers.Content(_servers.Client(again)));
        Servers.Printed(again, (Whole, 1));
        again.Kill();
        ServerProcess alone = _servers.Start("follower"); // what was loaded is what a restart finds
        Assert.Equal(Servers.Content(writer), Servers.Content(_servers.Client(alone)));
    }

    [Fact]
    public void KilledLeader_IsFollowedAgain_WithoutAWholeCopy()
    {
        ServerProcess leader = _servers.Start("leader");
        RespClient writer = _servers.Client(leader);
        ServerProcess follower = _servers.Follow("follower", leader);
        RespClient reader = _servers.Client(follower);
        Assert.Equal("OK", writer.Call("SET", "a", "1"));
        Servers.Wait(writer);
        leader.Kill();
        Servers.Await("the link to be down", () => Servers.Info(reader).Contains("link_status:down", StringComparison.Ordinal));
        Assert.Equal("1", reader.Call("GET", "a"));
        _servers.Start("leader", "--port", leader.Port.ToString(CultureInfo.InvariantCulture));
        writer = _servers.Client(leader.Port);
        Assert.Equal("OK", writer.Call("SET", "b", "2"));
        Servers.Wait(writer);
        Assert.Equal("[1, 2]", reader.Call("MGET", "a", "b"));
        Servers.Printed(follower, (GoesOn, 1), (Whole, 1));
        Assert.InRange(Servers.Count(follower, "is down: "), 1, 3); // how it went, and that nobody was there meanwhile
    }

    [Fact]
    public void Promotion_ForksThePast_AndTheOldLeaderFollowsByAWholeCopy()
    {
        ServerProcess leader = _servers.Start("leader");
        ServerProcess follower = _servers.Follow("follower", leader), other = _servers.Follow("other", leader);
        RespClient old = _servers.Client(leader), next = _servers.Client(follower), third = _servers.Client(other);
        Assert.Equal("OK", old.Call("SET", "t", "x", "PX", "1500"));
        Assert.Equal("OK", old.Call("SET", "a", "1"));
        Servers.Wait(old, 2);
        Assert.Equal("OK", next.Call("REPLICAOF", "NO", "ONE"));
        Assert.Equal("OK", next.Call("SET", "a", "next"));
        Assert.Equal("OK", old.Call("SET", "a", "lost"));
        Servers.Wait(old);
        Servers.Await("the promoted server to expire the key", () => next.Call("DBSIZE") == ":1");
        Assert.Equal("[replicaof, ]", next.Call("CONFIG", "GET", "replicaof"));

        Assert.Equal("OK", old.Call("SLAVEOF", "127.0.0.1", follower.Port.ToString(CultureInfo.InvariantCulture)));
        Assert.Equal("OK", third.Call("REPLICAOF", "127.0.0.1", follower.Port.ToString(CultureInfo.InvariantCulture)));
        Servers.Wait(next, 2);
        Assert.Equal(("next", "next"), (old.Call("GET", "a"), third.Call("GET", "a")));
        Servers.Printed(leader, (Whole, 1));

        follower.Kill();
        ServerProcess again = _servers.Start("follower"); // it was promoted: without the flag it leads
        RespClient restarted = _servers.Client(again);
        Assert.Equal("next", restarted.Call("GET", "a"));
        Assert.Equal("OK", restarted.Call("SET", "a", "again"));
    }

    // The other follower has nothing that the promoted one has not: it goes on where it was.
    [Fact]
    public void Promotion_LeavesOtherFollowers_WhatTheyHave()
    {
        ServerProcess leader = _servers.Start("leader");
        ServerProcess follower = _servers.Follow("follower", leader), other = _servers.Follow("other", leader);
        RespClient old = _servers.Client(leader), next = _servers.Client(follower), third = _servers.Client(other);
        Assert.Equal("OK", old.Call("SET", "a", "1"));
        Servers.Wait(old, 2);
        leader.Kill();
        Assert.Equal("OK", next.Call("REPLICAOF", "NO", "ONE"));
        Assert.Equal("OK", third.Call("REPLICAOF", "127.0.0.1", follower.Port.ToString(CultureInfo.InvariantCulture)));
        Assert.Equal("OK", next.Call("SET", "a", "2"));
        Servers.Wait(next);
        Assert.Equal("2", third.Call("GET", "a"));
        Servers.Printed(other, (GoesOn, 1), (Whole, 1));
    }

    // A copy of the leader's folder from before has the same store id, and its next tenure the same epoch.
    [Fact]
    public void LeaderThatWasRestoredFromACopy_IsAnotherPast()
    {
        ServerProcess leader = _servers.Start("leader");
        RespClient writer = _servers.Client(leader);
        ServerProcess follower = _servers.Follow("follower", leader);
        RespClient reader = _servers.Client(follower);
        writer.Call("SET", "a", "1");
        Servers.Wait(writer);
        leader.Kill();
        Copy(_servers.File("leader"), _servers.File("backup"));
        string port = leader.Port.ToString(CultureInfo.InvariantCulture);
        ServerProcess again = _servers.Start("leader", "--port", port);
        writer = _servers.Client(leader.Port);
        writer.Call("SET", "a", "2");
        Servers.Wait(writer);
        again.Kill();
        _servers.Start("backup", "--port", port);
        writer = _servers.Client(leader.Port);
        writer.Call("SET", "a", "3");
        Servers.Wait(writer);
        Assert.Equal("3", reader.Call("GET", "a"));
        Servers.Printed(follower, (Whole, 2));
    }

    // As a kill within the loading leaves it.
    [Fact]
    public void FolderWithAPartOfACopy_StartsOnlyToFollow()
    {
        ServerProcess leader = _servers.Start("leader");
        Assert.Equal("OK", _servers.Client(leader).Call("SET", "a", "1"));
        ServerProcess follower = _servers.Follow("follower", leader);
        follower.Kill();
        var disk = new PhysicalDisk(_servers.File("follower"));
        new Lineage([], IsPartial: true).Save(disk, Manifest.Load(disk)!.StoreId);
        (int code, string printed) = ServerProcess.RunToExit(_servers.File("follower"));
        Assert.Equal(1, code);
        Assert.Contains("has only a part of the keys of a leader that this server followed: start it with --replica-of again", printed);
        ServerProcess again = _servers.Follow("follower", leader);
        Assert.Equal("1", _servers.Client(again).Call("GET", "a"));
        Servers.Printed(again, (Whole, 1));
    }

    /// <summary>A follower that was killed while it loaded, and whose leader is gone, showed old keys mixed with new ones.</summary>
    [Fact]
    public void FolderWithAPartOfACopy_ShowsNothing_UntilItHasAWholeOne()
    {
        ServerProcess leader = _servers.Start("leader");
        Assert.Equal("OK", _servers.Client(leader).Call("SET", "a", "1"));
        ServerProcess follower = _servers.Follow("follower", leader), gone = _servers.Start("gone");
        follower.Kill();
        gone.Kill();
        var disk = new PhysicalDisk(_servers.File("follower"));
        new Lineage([], IsPartial: true).Save(disk, Manifest.Load(disk)!.StoreId);
        ServerProcess again = _servers.Start("follower", "--replica-of", Servers.At(gone.Port));
        RespClient client = _servers.Client(again);
        Assert.Contains("LOADING", client.Call("GET", "a"), StringComparison.Ordinal);
        Assert.Contains("LOADING", client.Call("KEYS", "*"), StringComparison.Ordinal);
        Assert.Contains("LOADING", client.Call("REPLICAOF", "NO", "ONE"), StringComparison.Ordinal);
        again.Kill();
        again = _servers.Follow("follower", leader);
        client = _servers.Client(again);
        Assert.Equal("1", client.Call("GET", "a"));
        string port = leader.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        // Said again it changes nothing: a copy that is being taken would begin anew otherwise.
        Assert.Equal("OK", client.Call("REPLICAOF", "127.0.0.1", port));
        Assert.Equal("OK", _servers.Client(leader).Call("SET", "a", "2"));
        Servers.Await("the change to come", () => client.Call("GET", "a") == "2", again);
        Servers.Printed(again, ("Follows the leader", 1));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            if (Path.GetFileName(file) != "LOCK") File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
