using System.Collections.Immutable;
using OrleansKv.Engine.Registers;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Registers;

/// <summary>Messages of the registers as bytes: each is read back as it was; a part of one or garbage is refused.</summary>
public sealed class PeerMessagesTests
{
    private static readonly Ballot Ballot = new(7, new ProposerId(new AcceptorId(ulong.MaxValue), 3));
    private static readonly AcceptorSet Set =
        AcceptorSet.First(new AcceptorId(1), new AcceptorId(2)).JointWith([new AcceptorId(1), new AcceptorId(2), new AcceptorId(3)]);

    private static readonly RegisterPeer Peer = new(new AcceptorId(5), "nöde", "::1", 65535, 7);

    [Fact]
    public void Hello() => Holds(PeerMessages.ToBytes(new PeerHello("cluster", Guid.NewGuid(), Peer)),
        b => PeerMessages.ToBytes(PeerMessages.ReadHello(b)));

    [Fact]
    public void Welcome() => Holds(
        PeerMessages.ToBytes(new PeerWelcome(new AcceptorId(5), Set, (PeerBook.Empty with { Cluster = Guid.NewGuid() }).With(Peer))),
        b => PeerMessages.ToBytes(PeerMessages.ReadWelcome(b)));

    [Fact]
    public void Refusal() => Holds(PeerMessages.ToBytes(new PeerRefusal(true, "because")),
        b => PeerMessages.ToBytes(PeerMessages.ReadRefusal(b)));

    [Theory]
    [InlineData(RequestKind.Prepare, false)]
    [InlineData(RequestKind.Accept, true)]
    [InlineData(RequestKind.Look, false)]
    [InlineData(RequestKind.Fence, false)]
    public void Request(RequestKind kind, bool hasValue) => Holds(
        PeerMessages.ToBytes(new RegisterRequest(kind, "members", Ballot, hasValue ? Value([1, 2, 3]) : null, Set)),
        b => PeerMessages.ToBytes(PeerMessages.ReadRequest(b)));

    [Theory]
    [InlineData(ReplyKind.Granted)]
    [InlineData(ReplyKind.Outrun)]
    [InlineData(ReplyKind.StaleSet)]
    public void Reply(ReplyKind kind) => Holds(
        PeerMessages.ToBytes(new RegisterReply(new AcceptorId(5), RequestKind.Accept, "map", Ballot, kind, Ballot, Ballot.None, Value([]),
            Set, ["a", "b"])),
        b => PeerMessages.ToBytes(PeerMessages.ReadReply(b)));

    [Fact]
    public void Book_IsSavedWithTheFolder()
    {
        var disk = new MemoryDisk();
        PeerBook book = (PeerBook.Empty with { Cluster = Guid.NewGuid() }).With(Peer);
        AcceptorFolder.Open(disk, new AcceptorId(5)).Save(book);
        AcceptorFolder again = AcceptorFolder.Open(disk.AfterKill(), new AcceptorId(6));
        Assert.Equal((book.Cluster, Peer), (again.Peers.Cluster, Assert.Single(again.Peers.Peers.Values)));
        Assert.Equal(new AcceptorId(5), again.Id);
    }

    [Fact]
    public void Book_OfANodeWithAnotherAddress_HasTheNewOne_AndKeepsItsOwnBesideAnOlderBook()
    {
        RegisterPeer moved = Peer with { Port = 1 };
        PeerBook book = PeerBook.Empty.With(Peer).With(moved);
        Assert.Equal(moved, Assert.Single(book.Peers.Values));
        Assert.Equal(moved, Assert.Single(book.With(Peer with { Life = Peer.Life - 1 }).Peers.Values)); // an older life's
        var cluster = Guid.NewGuid();
        PeerBook merged = book.With((PeerBook.Empty with { Cluster = cluster }).With(Peer).With(Peer with { Acceptor = new(6) }));
        Assert.Equal((cluster, moved, 2), (merged.Cluster, merged.Peers[Peer.Acceptor], merged.Peers.Count));
        RegisterPeer again = Peer with { Life = Peer.Life + 1, Host = "new" };
        Assert.Equal(again, merged.With(PeerBook.Empty.With(again)).Peers[Peer.Acceptor]);
    }

    [Theory]
    [InlineData("a/../../MANIFEST")]
    [InlineData("a\0")]
    [InlineData("register name")]
    public void Request_WhoseRegisterIsNoFilesName_IsRefused(string register)
    {
        byte[] bytes = PeerMessages.ToBytes(new RegisterRequest(RequestKind.Look, register, Ballot, null, Set));
        Assert.Throws<InvalidDataException>(() => PeerMessages.ReadRequest(bytes));
    }

    private static RegisterValue Value(byte[] bytes) => new(9, Ballot, bytes);

    private static void Holds(byte[] bytes, Func<byte[], byte[]> readAndWrite)
    {
        Assert.Equal(bytes, readAndWrite(bytes));
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] part = bytes[..length];
            Assert.Throws<InvalidDataException>(() => readAndWrite(part));
        }

        Assert.Throws<InvalidDataException>(() => readAndWrite([.. bytes, 0]));
        var random = new Random(1);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] garbage = [.. bytes];
            garbage[random.Next(garbage.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                readAndWrite(garbage);
            }
            catch (InvalidDataException)
            {
                // nothing else may be thrown
            }
        }
    }
}
