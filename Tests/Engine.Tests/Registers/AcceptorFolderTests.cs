using OrleansKv.Engine.Registers;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Registers;

/// <summary>An acceptor whose disk fails: it goes on where nothing has changed, and stops where that is not known.</summary>
public sealed class AcceptorFolderTests
{
    private static readonly AcceptorId Id = new(5);
    private static readonly AcceptorSet Set = AcceptorSet.First(Id);

    // A save is: create, write, flush; rename, flush of the folder.
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    public void Handle_DiskFailsOnce_GoesOnOnlyWhereNothingHasChanged(int operation, bool goesOn)
    {
        var disk = new MemoryDisk();
        AcceptorFolder folder = AcceptorFolder.Open(disk, Id);
        folder.Save(Set);
        var acceptor = new Acceptor(folder.Id, Set, folder.Slots, folder);
        disk.FailOnly = disk.Operations + operation;
        Exception failure = Record.Exception(() => acceptor.Handle(Prepare(1)))!;
        Assert.Equal(goesOn, failure is NotSavedException);
        if (goesOn) Assert.Equal(ReplyKind.Granted, acceptor.Handle(Prepare(1)).Kind);
        else Assert.Throws<IOException>(() => acceptor.Handle(Prepare(1)));

        // What a start finds is what was promised, or more.
        AcceptorFolder again = AcceptorFolder.Open(disk.AfterKill(), new AcceptorId(6));
        Assert.Equal(Id, again.Id);
        if (goesOn) Assert.Equal(BallotOf(1), again.Slots["r"].Promised);
    }

    private static RegisterRequest Prepare(ulong counter) => new(RequestKind.Prepare, "r", BallotOf(counter), null, Set);

    private static Ballot BallotOf(ulong counter) => new(counter, new ProposerId(Id, 1));
}
