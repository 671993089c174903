using System.Buffers.Binary;
using OrleansKv.Engine.Io;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Registers;

/// <summary>
/// An acceptor's memory in files, each written whole beside the old one and renamed over it, file and folder flushed, before a method
/// returns. All are little-endian, <c>u32 magic "OKVR" | u16 format, 1 | u8 kind | content | u32 CRC-32C of all before it</c>, and their
/// contents are (<see cref="RegisterBytes"/>):
/// <code>
/// acceptor           kind 1   u64 acceptor | u64 life: how often the folder was opened, this time included
/// acceptor-set       kind 2   set
/// register-NAME      kind 3   promised ballot | accepted ballot | value
/// peers              kind 4   book
/// </code>
/// A write or flush that fails leaves the old file in force (<see cref="NotSavedException"/>); behind a rename or a flush of the folder
/// that fails it is not known which of them is.
/// A crash leaves the old file or the new one, and perhaps a file named <c>*.new</c>, which the next open deletes. A damaged file is
/// refused: an acceptor that guesses what it has promised breaks its promises. One thread.
/// </summary>
public sealed class AcceptorFolder : IAcceptorLog
{
    private const uint Magic = 0x52564B4F; // "OKVR"
    private const ushort Format = 1;
    private const int HeadBytes = 4 + 2 + 1;
    private const int ChecksumBytes = 4;
    private const string IdFile = "acceptor";
    private const string SetFile = "acceptor-set";
    private const string PeersFile = "peers";
    private const string RegisterPrefix = "register-";
    private const string NewSuffix = ".new";

    private readonly IDisk _disk;

    private AcceptorFolder(IDisk disk, ProposerId proposer)
    {
        _disk = disk;
        Proposer = proposer;
    }

    private enum Kind : byte
    {
        Id = 1,
        Set = 2,
        Register = 3,
        Peers = 4,
    }

    public AcceptorId Id => Proposer.Folder;

    /// <summary>The life that has begun with the open: no two have the same, so none uses a ballot of another.</summary>
    public ProposerId Proposer { get; }

    /// <summary>The set that was saved last; <see cref="AcceptorSet.None"/> for none.</summary>
    public AcceptorSet Set { get; private set; } = AcceptorSet.None;

    /// <summary>The registers' slots as they were saved last.</summary>
    public Dictionary<string, AcceptorSlot> Slots { get; } = [];

    /// <summary>The cluster and the nodes as they were saved last.</summary>
    public PeerBook Peers { get; private set; } = PeerBook.Empty;

    /// <summary>
    /// Opens a folder, or makes a new acceptor of an empty one; its life begins, on the disk. Throws <see cref="CorruptionException"/> for
    /// a damaged file,
    /// <see cref="IOException"/> where the disk fails.
    /// </summary>
    /// <param name="disk">The folder.</param>
    /// <param name="ifNew">The id of a new acceptor: random, not 0.</param>
    public static AcceptorFolder Open(IDisk disk, AcceptorId ifNew)
    {
        foreach (string left in disk.List().Where(n => n.EndsWith(NewSuffix, StringComparison.Ordinal))) disk.Delete(left);
        ProposerId before = disk.Exists(IdFile)
            ? Read(disk, IdFile, Kind.Id, (ref RegisterBytes bytes) => bytes.ReadProposer())
            : new ProposerId(CheckIsEmpty(disk, ifNew), 0);
        var folder = new AcceptorFolder(disk, before with { Life = before.Life + 1 });
        folder.Save(IdFile, Kind.Id, to => RegisterBytes.Write(to, folder.Proposer));
        if (disk.Exists(SetFile)) folder.Set = Read(disk, SetFile, Kind.Set, (ref RegisterBytes bytes) => bytes.ReadSet());
        if (disk.Exists(PeersFile)) folder.Peers = Read(disk, PeersFile, Kind.Peers, (ref RegisterBytes bytes) => bytes.ReadBook());
        foreach (string name in disk.List().Where(n => n.StartsWith(RegisterPrefix, StringComparison.Ordinal)))
            folder.Slots[name[RegisterPrefix.Length..]] = Read(disk, name, Kind.Register, ReadSlot);
        return folder;
    }

    public void Save(string register, AcceptorSlot slot) => Save(RegisterPrefix + register, Kind.Register, to =>
    {
        RegisterBytes.Write(to, slot.Promised);
        RegisterBytes.Write(to, slot.Accepted);
        RegisterBytes.Write(to, slot.Value);
    });

    public void Save(AcceptorSet set) => Save(SetFile, Kind.Set, to => RegisterBytes.Write(to, set));

    public void Save(PeerBook peers) => Save(PeersFile, Kind.Peers, to => RegisterBytes.Write(to, peers));

    private delegate T Reader<T>(ref RegisterBytes bytes);

    private static AcceptorSlot ReadSlot(ref RegisterBytes bytes) => new(bytes.ReadBallot(), bytes.ReadBallot(), bytes.ReadValue());

    private static AcceptorId CheckIsEmpty(IDisk disk, AcceptorId ifNew)
    {
        if (disk.List().FirstOrDefault(n => n is SetFile or PeersFile || n.StartsWith(RegisterPrefix, StringComparison.Ordinal))
            is { } other)
            throw Damaged(disk, IdFile, 0, $"it is missing beside {other}, so it is not known whose promises these are");
        return ifNew;
    }

    private static T Read<T>(IDisk disk, string name, Kind kind, Reader<T> read)
    {
        using IDiskReader file = disk.OpenRead(name);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        if (ProblemOf(bytes, kind) is { } problem) throw Damaged(disk, name, 0, problem);
        var content = new RegisterBytes(bytes.AsSpan(HeadBytes, bytes.Length - HeadBytes - ChecksumBytes));
        try
        {
            T value = read(ref content);
            return content.IsAtEnd ? value : throw new InvalidDataException("bytes are left behind its content");
        }
        catch (InvalidDataException wrong)
        {
            throw Damaged(disk, name, HeadBytes, wrong.Message);
        }
    }

    private static string? ProblemOf(byte[] bytes, Kind kind)
    {
        if (bytes.Length < HeadBytes + ChecksumBytes) return "it is too short";
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic) return "it is not an acceptor's file";
        ushort format = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(4));
        if (format != Format) return $"its format {format} is not known to this program";
        Span<byte> checkedBytes = bytes.AsSpan(0, bytes.Length - ChecksumBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(checkedBytes.Length)) != Checksum.Of(checkedBytes))
            return "its checksum is wrong";
        return bytes[6] == (byte)kind ? null : "it is another kind of file than its name says";
    }

    private static CorruptionException Damaged(IDisk disk, string name, long offset, string problem) => new(
        $"{disk.Folder}/{name}", offset, problem, "Start with an empty folder, as a new acceptor: the registers are with the others. A "
            + "copy of the folder from before would break promises");

    private void Save(string name, Kind kind, Action<Stream> content)
    {
        using var bytes = new MemoryStream();
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], Format);
        head[6] = (byte)kind;
        bytes.Write(head);
        content(bytes);
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Checksum.Of(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        bytes.Write(checksum);
        try
        {
            using IDiskFile file = _disk.Create(name + NewSuffix);
            file.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            file.Flush();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new NotSavedException(failure.Message, failure); // the old file stands; the next save replaces the new one
        }

        try
        {
            _disk.Rename(name + NewSuffix, name);
            _disk.FlushFolder();
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }
}
