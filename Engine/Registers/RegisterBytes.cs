using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace OrleansKv.Engine.Registers;

/// <summary>
/// Registers' parts as bytes, little-endian; on the disk and on the wire alike:
/// <code>
/// ballot    u64 counter | u64 the proposer's acceptor | u64 its life
/// set       i64 version | u16 n, n x u64 acceptor (now) | u16 n, n x u64 acceptor (next)
/// value     u8 0, or: u8 1 | i64 version | ballot in which it was proposed | u32 n, n bytes
/// text      u16 n, n bytes of UTF-8
/// peer      u64 acceptor | text node | text host | u16 port | u64 life
/// book      16 B cluster | u16 n, n x peer
/// </code>
/// Reading throws <see cref="InvalidDataException"/> where the bytes end too soon or say what cannot be.
/// </summary>
internal ref struct RegisterBytes(ReadOnlySpan<byte> bytes)
{
    /// <summary>More acceptors than any set has: five, and one that comes.</summary>
    private const int MaxAcceptors = 64;

    private ReadOnlySpan<byte> _left = bytes;

    public readonly bool IsAtEnd => _left.IsEmpty;

    public static void Write(Stream to, Ballot ballot)
    {
        WriteU64(to, ballot.Counter);
        Write(to, ballot.Proposer);
    }

    public static void Write(Stream to, ProposerId proposer)
    {
        Write(to, proposer.Folder);
        WriteU64(to, proposer.Life);
    }

    public static void Write(Stream to, AcceptorId acceptor) => WriteU64(to, acceptor.Value);

    public static void Write(Stream to, ushort number)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, number);
        to.Write(bytes);
    }

    public static void Write(Stream to, Guid guid) => to.Write(guid.ToByteArray());

    public static void Write(Stream to, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Write(to, checked((ushort)bytes.Length));
        to.Write(bytes);
    }

    public static void Write(Stream to, RegisterPeer peer)
    {
        Write(to, peer.Acceptor);
        Write(to, peer.Node);
        Write(to, peer.Host);
        Write(to, checked((ushort)peer.Port));
        WriteU64(to, peer.Life);
    }

    public static void Write(Stream to, PeerBook book)
    {
        Write(to, book.Cluster);
        Write(to, checked((ushort)book.Peers.Count));
        foreach (RegisterPeer peer in book.Peers.Values) Write(to, peer);
    }

    public static void Write(Stream to, AcceptorSet set)
    {
        WriteU64(to, (ulong)set.Version);
        WriteAcceptors(to, set.Current);
        WriteAcceptors(to, set.Next);
    }

    public static void Write(Stream to, RegisterValue? value)
    {
        to.WriteByte(value is null ? (byte)0 : (byte)1);
        if (value is null) return;
        WriteU64(to, (ulong)value.Version);
        Write(to, value.ProposedIn);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, value.Bytes.Length);
        to.Write(length);
        to.Write(value.Bytes.Span);
    }

    public Ballot ReadBallot() => new(ReadU64(), ReadProposer());

    public ProposerId ReadProposer() => new(ReadAcceptor(), ReadU64());

    public AcceptorId ReadAcceptor() => new(ReadU64());

    public byte ReadByte() => Take(1)[0];

    public ushort ReadU16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public Guid ReadGuid() => new(Take(16));

    public string ReadText() => Encoding.UTF8.GetString(Take(ReadU16()));

    public RegisterPeer ReadPeer() => new(ReadAcceptor(), ReadText(), ReadText(), ReadU16(), ReadU64());

    public PeerBook ReadBook()
    {
        var book = new PeerBook(ReadGuid(), PeerBook.Empty.Peers);
        int count = ReadU16();
        if (count > PeerBook.MaxPeers) throw new InvalidDataException($"a book of {count} nodes cannot be");
        for (int i = 0; i < count; i++) book = book.With(ReadPeer());
        return book;
    }

    public AcceptorSet ReadSet()
    {
        long version = (long)ReadU64();
        return new AcceptorSet(version, ReadAcceptors(), ReadAcceptors());
    }

    public RegisterValue? ReadValue()
    {
        byte isThere = ReadByte();
        if (isThere > 1) throw new InvalidDataException($"a register's value begins with {isThere}, which is neither 0 nor 1");
        if (isThere == 0) return null;
        long version = (long)ReadU64();
        Ballot proposedIn = ReadBallot();
        int length = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
        if (version <= RegisterValue.NoVersion || length < 0)
            throw new InvalidDataException("a register's value has a version or a length that cannot be");
        return new RegisterValue(version, proposedIn, Take(length).ToArray());
    }

    private ImmutableSortedSet<AcceptorId> ReadAcceptors()
    {
        int count = ReadU16();
        if (count > MaxAcceptors) throw new InvalidDataException($"a set of {count} acceptors cannot be");
        ImmutableSortedSet<AcceptorId>.Builder acceptors = ImmutableSortedSet.CreateBuilder<AcceptorId>();
        for (int i = 0; i < count; i++) acceptors.Add(ReadAcceptor());
        return acceptors.ToImmutable();
    }

    private ulong ReadU64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length) throw new InvalidDataException("a register's bytes end too soon");
        ReadOnlySpan<byte> taken = _left[..count];
        _left = _left[count..];
        return taken;
    }

    private static void WriteAcceptors(Stream to, ImmutableSortedSet<AcceptorId> acceptors)
    {
        Write(to, checked((ushort)acceptors.Count));
        foreach (AcceptorId acceptor in acceptors) Write(to, acceptor);
    }

    private static void WriteU64(Stream to, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        to.Write(bytes);
    }
}
