using System.Buffers.Binary;
using System.Collections.Immutable;

namespace OrleansKv.Engine.Registers;

/// <summary>
/// Registers' parts as bytes, little-endian; on the disk and on the wire alike:
/// <code>
/// ballot    u64 counter | u64 the proposer's acceptor | u64 its life
/// set       i64 version | u16 n, n x u64 acceptor (now) | u16 n, n x u64 acceptor (next)
/// value     u8 0, or: u8 1 | i64 version | ballot in which it was proposed | u32 n, n bytes
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
        WriteU64(to, proposer.Folder.Value);
        WriteU64(to, proposer.Life);
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

    public ProposerId ReadProposer() => new(new AcceptorId(ReadU64()), ReadU64());

    public AcceptorSet ReadSet()
    {
        long version = (long)ReadU64();
        return new AcceptorSet(version, ReadAcceptors(), ReadAcceptors());
    }

    public RegisterValue? ReadValue()
    {
        byte isThere = Take(1)[0];
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
        int count = BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
        if (count > MaxAcceptors) throw new InvalidDataException($"a set of {count} acceptors cannot be");
        ImmutableSortedSet<AcceptorId>.Builder acceptors = ImmutableSortedSet.CreateBuilder<AcceptorId>();
        for (int i = 0; i < count; i++) acceptors.Add(new AcceptorId(ReadU64()));
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
        Span<byte> count = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(count, checked((ushort)acceptors.Count));
        to.Write(count);
        foreach (AcceptorId acceptor in acceptors) WriteU64(to, acceptor.Value);
    }

    private static void WriteU64(Stream to, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        to.Write(bytes);
    }
}
